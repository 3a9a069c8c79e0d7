import type { LoggedModelId, RunId, StoreEvent } from '@tidemark/core';
import type { MetricLine } from './metric-lines.ts';

type MetricsLogged = Extract<StoreEvent, { kind: 'metrics' }>;

/** A point that a logged model keeps of a run's metric. */
export interface ModelMetric {
  readonly model: LoggedModelId;
  readonly key: string;
  readonly line: MetricLine;
}

/**
 * The events of a run's metrics. MLflow writes a point that speaks of a logged model twice, into the
 * run's file and into the model's; here it is one point that names the model. Points that share time,
 * step, dataset and model are one event.
 */
export function metricEvents(
  run: RunId,
  metrics: ReadonlyMap<string, readonly MetricLine[]>,
  ofModels: readonly ModelMetric[],
): { readonly events: StoreEvent[]; readonly pointCount: number } {
  const points = new Map<string, Point>();
  const onModel = new Set<string>();
  for (const { model, key, line } of ofModels) {
    points.set(JSON.stringify([identity(key, line), model]), { key, line, model });
    onModel.add(identity(key, line));
  }
  for (const [key, lines] of metrics) {
    for (const line of lines) {
      const name = identity(key, line);
      if (!onModel.has(name)) points.set(name, { key, line });
    }
  }
  const groups = new Map<string, Map<string, Point>[]>();
  for (const point of points.values()) {
    const { timestampMs, step, dataset } = point.line;
    const name = JSON.stringify([timestampMs, step, dataset, point.model]);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    // An event holds one value for each key; a second value of it needs an event of its own.
    const event = group.find((members) => !members.has(point.key));
    if (event === undefined) group.push(new Map([[point.key, point]]));
    else event.set(point.key, point);
  }
  const events = [...groups.values()].flat().map((members) => eventOf(run, [...members.values()]));
  return { events, pointCount: points.size };
}

interface Point {
  readonly key: string;
  readonly line: MetricLine;
  readonly model?: LoggedModelId;
}

function eventOf(run: RunId, points: readonly Point[]): MetricsLogged {
  const [first] = points as readonly [Point];
  const { timestampMs, step, dataset } = first.line;
  return {
    kind: 'metrics',
    run,
    timeMs: timestampMs,
    step,
    // fromEntries defines properties, so that a key such as __proto__ stays a key.
    metrics: Object.fromEntries(points.map(({ key, line }) => [key, line.value])),
    ...(dataset === undefined ? {} : { dataset }),
    ...(first.model === undefined ? {} : { model: first.model }),
  };
}

function identity(key: string, { timestampMs, value, step, dataset }: MetricLine): string {
  const exact = Object.is(value, -0) ? '-0' : String(value);
  return JSON.stringify([key, timestampMs, exact, step, dataset]);
}
