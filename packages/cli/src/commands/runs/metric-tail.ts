import type { MetricPoint } from '@tidemark/core';

/** The points of a run with one time and step. */
export interface TailLine {
  readonly timestampMs: number;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Returns the points that were logged to a run since the last call. */
export class MetricTail {
  readonly #seen = new Map<string, Set<string>>();

  /** Returns the new points of complete histories, by time and step. */
  fresh(histories: Iterable<readonly MetricPoint[]>): TailLine[] {
    const lines = new Map<string, { timestampMs: number; step: number; metrics: Metrics }>();
    for (const history of histories) {
      for (const point of history) {
        if (!this.#isNew(point)) continue;
        const { key, value, timestampMs, step } = point;
        // Two values of one metric at the same time are two lines.
        let place = `${timestampMs} ${step}`;
        while (Object.hasOwn(lines.get(place)?.metrics ?? {}, key)) place += ' again';
        const line = lines.get(place) ?? { timestampMs, step, metrics: noMetrics() };
        line.metrics[key] = value;
        lines.set(place, line);
      }
    }
    return [...lines.values()].sort((a, b) => a.timestampMs - b.timestampMs || a.step - b.step);
  }

  /** Keeps a set and not a count, because a second writer may log points with an earlier time. */
  #isNew({ key, ...rest }: MetricPoint): boolean {
    const seen = this.#seen.get(key) ?? new Set<string>();
    this.#seen.set(key, seen);
    const before = seen.size;
    seen.add([rest.timestampMs, rest.step, rest.value, rest.datasetDigest, rest.modelId].join(' '));
    return seen.size > before;
  }
}

type Metrics = Record<string, number>;

/** Has no prototype, because a metric may have any name. */
function noMetrics(): Metrics {
  return Object.create(null) as Metrics;
}
