import type { LoggedModelId, RunId, StoreEvent } from '@tidemark/core';
import type { MetricLine } from './metric-lines.ts';
import type { PlannedMetrics } from './mlruns-plan.ts';

type MetricsLogged = Extract<StoreEvent, { kind: 'metrics' }>;

/** A point that a logged model keeps of a run's metric. */
export interface ModelMetric {
  readonly model: LoggedModelId;
  readonly key: string;
  readonly line: MetricLine;
}

/** One point of a run's metric, and the logged model that it belongs to. */
export interface RunMetricPoint {
  readonly key: string;
  readonly line: MetricLine;
  readonly model?: LoggedModelId;
}

/**
 * Returns the points of one metric, exact duplicates once. MLflow writes a point of a logged model twice, into the
 * file of the run and into the file of the model. Here it is one point that names the model.
 */
export function distinctPoints(
  key: string,
  lines: readonly MetricLine[],
  ofModels: readonly ModelMetric[],
): RunMetricPoint[] {
  const points = new Map<string, RunMetricPoint>();
  const onModel = new Set<string>();
  for (const { model, line, key: measured } of ofModels) {
    if (measured !== key) continue;
    const name = identity(line);
    onModel.add(name);
    points.set(`${name} ${model}`, { key, line, model });
  }
  for (const line of lines) {
    const name = identity(line);
    if (!onModel.has(name)) points.set(name, { key, line });
  }
  return [...points.values()];
}

/** Returns the events of a run's points. Points with the same time, step, dataset and model are one event. */
export function metricEvents(run: RunId, points: Iterable<RunMetricPoint>): PlannedMetrics {
  const groups = new Map<string, Map<string, RunMetricPoint>[]>();
  let pointCount = 0;
  for (const point of points) {
    pointCount += 1;
    const { timestampMs, step, dataset } = point.line;
    const name = `${timestampMs} ${step} ${point.model ?? ''}${datasetIdentity(dataset)}`;
    const group = groups.get(name);
    // An event has one value for each key, so a second value of a key needs another event.
    const event = group?.find((members) => !members.has(point.key));
    if (event !== undefined) event.set(point.key, point);
    else if (group !== undefined) group.push(new Map([[point.key, point]]));
    else groups.set(name, [new Map([[point.key, point]])]);
  }
  const events: StoreEvent[] = [];
  for (const group of groups.values()) {
    for (const members of group) events.push(eventOf(run, [...members.values()]));
  }
  return { events, pointCount };
}

function eventOf(run: RunId, points: readonly RunMetricPoint[]): MetricsLogged {
  const [first] = points as readonly [RunMetricPoint];
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

function identity({ timestampMs, value, step, dataset }: MetricLine): string {
  const exact = Object.is(value, -0) ? '-0' : String(value);
  return `${timestampMs} ${exact} ${step}${datasetIdentity(dataset)}`;
}

function datasetIdentity(dataset: MetricLine['dataset']): string {
  return dataset === undefined ? '' : JSON.stringify([dataset.name, dataset.digest]);
}
