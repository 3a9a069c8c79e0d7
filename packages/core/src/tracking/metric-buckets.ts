import { TidemarkError } from '../errors.ts';
import type { RunId } from '../model/ids.ts';
import { comparePoints, type MetricPoint } from '../model/metric.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';

/** A range of steps of one metric, reduced to the points that a chart shows. */
export interface MetricBucket {
  /** The number of points in the range. */
  readonly count: number;
  /** The first and the last point, by step, then timestamp. */
  readonly first: MetricPoint;
  readonly last: MetricPoint;
  /** The points with the lowest and the highest value; NaN only if every value is NaN. */
  readonly min: MetricPoint;
  readonly max: MetricPoint;
}

/** The most buckets, far more than a chart has pixels. */
const MOST_BUCKETS = 100_000;

/**
 * Returns the history of a metric in at most `count` buckets of equally many steps, so that a chart of a million
 * points shows every spike without a million points. Leaves out buckets without points.
 *
 * @example
 * ```ts
 * import { metricBuckets } from '@tidemark/core';
 *
 * const buckets = await metricBuckets(store, runId, 'loss', 500);
 * const spikes = buckets.map(({ first, max }) => ({ step: first.step, loss: max.value }));
 * ```
 *
 * @throws INVALID_ARGUMENT if `count` is not a whole number from 1 to 100,000
 */
export async function metricBuckets(
  store: Store,
  runId: RunId,
  key: string,
  count: number,
): Promise<MetricBucket[]> {
  assertArguments({ store, runId, key, count }, 'metricBuckets', {
    store: 'store',
    runId: 'string',
    key: 'string',
    count: 'number',
  });
  assertBucketCount(count);
  return bucketPoints(await store.metricHistory(runId, key), count);
}

/** `metricBuckets` for an array of points in any order. @throws INVALID_ARGUMENT */
export function bucketPoints(points: readonly MetricPoint[], count: number): MetricBucket[] {
  assertArguments({ points, count }, 'bucketPoints', { points: 'objects', count: 'number' });
  assertBucketCount(count);
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { step } of points) {
    if (step < lowest) lowest = step;
    if (step > highest) highest = step;
  }
  // Steps are whole numbers, so there are never more buckets than steps.
  const stepsEach = Math.max(1, (highest - lowest + 1) / count);
  const buckets = new Map<number, Bucket>();
  for (const point of points) {
    const place = Math.min(count - 1, Math.floor((point.step - lowest) / stepsEach));
    const bucket = buckets.get(place);
    if (bucket === undefined) buckets.set(place, new Bucket(point));
    else bucket.add(point);
  }
  return [...buckets].sort(([a], [b]) => a - b).map(([, bucket]) => bucket.summary());
}

class Bucket {
  #count = 1;
  #first: MetricPoint;
  #last: MetricPoint;
  #min: MetricPoint;
  #max: MetricPoint;

  constructor(point: MetricPoint) {
    this.#first = point;
    this.#last = point;
    this.#min = point;
    this.#max = point;
  }

  add(point: MetricPoint): void {
    this.#count += 1;
    if (comparePoints(point, this.#first) < 0) this.#first = point;
    if (comparePoints(point, this.#last) > 0) this.#last = point;
    if (point.value < this.#min.value || Number.isNaN(this.#min.value)) this.#min = point;
    if (point.value > this.#max.value || Number.isNaN(this.#max.value)) this.#max = point;
  }

  summary(): MetricBucket {
    return {
      count: this.#count,
      first: this.#first,
      last: this.#last,
      min: this.#min,
      max: this.#max,
    };
  }
}

function assertBucketCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= MOST_BUCKETS) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `A history cannot be put into ${count} buckets. Give a whole number from 1 to ${MOST_BUCKETS}.`,
    { details: { count } },
  );
}
