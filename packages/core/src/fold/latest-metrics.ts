import type { MetricsLogged } from '../events/kinds/metrics.ts';
import { compareNumbers, comparePoints, type MetricPoint } from '../model/metric.ts';
import type { MetricEvent } from './metric-points.ts';
import { metricPoints } from './metric-points.ts';

/** How many events are kept as they are before they are joined key by key. */
const FEW_EVENTS = 8;

/**
 * The latest point of each metric of one run: the highest by step, timestamp and value. Events are kept as they are
 * until there are many, because reads are rare compared with writes.
 */
export class LatestMetrics {
  #events: MetricsLogged[] = [];
  #settleAt = FEW_EVENTS;

  /** Joins one event, which is kept and must not change. */
  offer(event: MetricEvent): void {
    if (event.kind === 'metric-series') {
      const latest = latestOf(event);
      if (latest === undefined) return;
      this.#events.push(latest);
    } else if (Object.keys(event.metrics).length > 0) {
      this.#events.push(event);
    }
    if (this.#events.length > this.#settleAt) this.#settle();
  }

  /** Returns the value of the latest point of one metric. */
  value(key: string): number | undefined {
    return this.#eventOf(key)?.metrics[key];
  }

  /** Calls `take` with each metric and the value of its latest point. */
  each(take: (key: string, value: number) => void): void {
    for (const { metrics } of this.events()) {
      for (const key of Object.keys(metrics)) take(key, metrics[key] as number);
    }
  }

  /** Returns the latest points, sorted by key. */
  entries(): [string, MetricPoint][] {
    const keys = new Set(this.#events.flatMap(({ metrics }) => Object.keys(metrics)));
    return [...keys].sort().map((key) => [key, pointOf(this.#eventOf(key) as MetricsLogged, key)]);
  }

  /** Returns the latest point of each metric as events that fold to the same points. */
  events(): readonly MetricsLogged[] {
    if (this.#events.length > 1) this.#settle();
    return this.#events;
  }

  #eventOf(key: string): MetricsLogged | undefined {
    let latest: MetricsLogged | undefined;
    for (const event of this.#events) {
      if (!Object.hasOwn(event.metrics, key)) continue;
      if (latest === undefined || isLater(event, latest, key)) latest = event;
    }
    return latest;
  }

  #settle(): void {
    const latest = new Map<string, MetricsLogged>();
    for (const event of this.#events) {
      for (const key of Object.keys(event.metrics)) {
        const known = latest.get(key);
        if (known === undefined || isLater(event, known, key)) latest.set(key, event);
      }
    }
    const kept = new Map<MetricsLogged, [string, number][]>();
    for (const [key, event] of latest) {
      const entry: [string, number] = [key, event.metrics[key] as number];
      const known = kept.get(event);
      if (known === undefined) kept.set(event, [entry]);
      else known.push(entry);
    }
    // fromEntries defines properties, so that a key such as __proto__ stays a key.
    this.#events = [...kept].map(([event, metrics]) => ({
      ...event,
      metrics: Object.fromEntries(metrics),
    }));
    // The next round starts at twice as many events, so that the rounds cost constant time per event.
    this.#settleAt = FEW_EVENTS + 2 * this.#events.length;
  }
}

function isLater(event: MetricsLogged, known: MetricsLogged, key: string): boolean {
  if (event.step !== known.step) return event.step > known.step;
  if (event.timeMs !== known.timeMs) return event.timeMs > known.timeMs;
  return comparePoints(pointOf(event, key), pointOf(known, key)) > 0;
}

function pointOf(event: MetricsLogged, key: string): MetricPoint {
  const [point] = metricPoints(event, key);
  return point as MetricPoint;
}

/** Returns the latest point of a series as an event of one step. */
function latestOf(
  series: Extract<MetricEvent, { kind: 'metric-series' }>,
): MetricsLogged | undefined {
  const { steps, values, elapsedMs } = series;
  let latest = -1;
  for (let place = 0; place < values.length; place += 1) {
    const order =
      (steps[place] as number) - (steps[latest] as number) ||
      (elapsedMs?.[place] ?? 0) - (elapsedMs?.[latest] ?? 0) ||
      compareNumbers(values[place] as number, values[latest] as number);
    if (latest === -1 || order > 0) latest = place;
  }
  if (latest === -1) return undefined;
  const { run, key, dataset, model } = series;
  return {
    kind: 'metrics',
    run,
    timeMs: series.timeMs + (elapsedMs?.[latest] ?? 0),
    step: steps[latest] as number,
    metrics: { [key]: values[latest] as number },
    ...(dataset === undefined ? {} : { dataset }),
    ...(model === undefined ? {} : { model }),
  };
}
