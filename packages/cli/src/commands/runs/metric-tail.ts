import type { MetricPoint } from '@tidemark/core';

/** What was logged of a run at one moment, at one step. */
export interface TailLine {
  readonly timestampMs: number;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Returns what was logged to a run since the last call. */
export class MetricTail {
  readonly #seen = new Map<string, Set<string>>();

  /** The new points of whole histories, by moment and step. */
  fresh(histories: Iterable<readonly MetricPoint[]>): TailLine[] {
    const lines = new Map<string, { timestampMs: number; step: number; metrics: Metrics }>();
    for (const history of histories) {
      for (const point of history) {
        if (!this.#isNew(point)) continue;
        const { key, value, timestampMs, step } = point;
        // Two values of one metric at one moment are two lines.
        let place = `${timestampMs} ${step}`;
        while (Object.hasOwn(lines.get(place)?.metrics ?? {}, key)) place += ' again';
        const line = lines.get(place) ?? { timestampMs, step, metrics: noMetrics() };
        line.metrics[key] = value;
        lines.set(place, line);
      }
    }
    return [...lines.values()].sort((a, b) => a.timestampMs - b.timestampMs || a.step - b.step);
  }

  /** A set, not a count: a second writer may log points of an earlier time. */
  #isNew({ key, ...rest }: MetricPoint): boolean {
    const seen = this.#seen.get(key) ?? new Set<string>();
    this.#seen.set(key, seen);
    const before = seen.size;
    seen.add([rest.timestampMs, rest.step, rest.value, rest.datasetDigest, rest.modelId].join(' '));
    return seen.size > before;
  }
}

type Metrics = Record<string, number>;

/** Without a prototype: a metric may have any name. */
function noMetrics(): Metrics {
  return Object.create(null) as Metrics;
}
