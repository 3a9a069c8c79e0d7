import { isHigher, isLower, type MetricPoint } from '../model/metric.ts';
import type { BucketOptions, MetricBucket } from '../model/metric-bucket.ts';
import type { PointColumns } from './point-columns.ts';

/** The place before the first point. */
const NO_PLACE = -1;

/** Puts settled points into at most `count` buckets with equally many steps. Leaves out buckets without points. */
export function bucketColumns(
  columns: PointColumns,
  at: (place: number) => MetricPoint,
  {
    count,
    firstStep = Number.NEGATIVE_INFINITY,
    lastStep = Number.POSITIVE_INFINITY,
  }: BucketOptions,
): MetricBucket[] {
  const { length, steps, values } = columns;
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let place = 0; place < length; place += 1) {
    const step = steps[place] as number;
    if (step < firstStep || step > lastStep) continue;
    if (step < lowest) lowest = step;
    if (step > highest) highest = step;
  }
  if (lowest > highest) return [];
  // Steps are whole numbers, so there are never more buckets than steps.
  const stepsEach = Math.max(1, (highest - lowest + 1) / count);
  const buckets = new Buckets(Math.min(count, highest - lowest + 1));
  for (let place = 0; place < length; place += 1) {
    const step = steps[place] as number;
    if (step < firstStep || step > lastStep) continue;
    const bucket = Math.min(count - 1, Math.floor((step - lowest) / stepsEach));
    buckets.add(bucket, place, step, values[place] as number);
  }
  return buckets.summaries(at);
}

/** Buckets in columns, because a hundred runs have a hundred thousand buckets. */
class Buckets {
  readonly #counts: Float64Array;
  readonly #nanCounts: Float64Array;
  readonly #infinityCounts: Float64Array;
  readonly #firsts: Int32Array;
  readonly #lasts: Int32Array;
  readonly #mins: Int32Array;
  readonly #maxes: Int32Array;
  readonly #firstSteps: Float64Array;
  readonly #lastSteps: Float64Array;
  readonly #minValues: Float64Array;
  readonly #maxValues: Float64Array;

  constructor(size: number) {
    this.#counts = new Float64Array(size);
    this.#nanCounts = new Float64Array(size);
    this.#infinityCounts = new Float64Array(size);
    this.#firsts = new Int32Array(size).fill(NO_PLACE);
    this.#lasts = new Int32Array(size);
    this.#mins = new Int32Array(size);
    this.#maxes = new Int32Array(size);
    this.#firstSteps = new Float64Array(size);
    this.#lastSteps = new Float64Array(size);
    this.#minValues = new Float64Array(size);
    this.#maxValues = new Float64Array(size);
  }

  /** Adds a point. Call it in the order of the places, so that the earliest point of a step comes first. */
  add(bucket: number, place: number, step: number, value: number): void {
    const isFirst = this.#firsts[bucket] === NO_PLACE;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    if (Number.isNaN(value)) this.#nanCounts[bucket] = (this.#nanCounts[bucket] as number) + 1;
    else if (!Number.isFinite(value)) {
      this.#infinityCounts[bucket] = (this.#infinityCounts[bucket] as number) + 1;
    }
    if (isFirst || step < (this.#firstSteps[bucket] as number)) {
      this.#firsts[bucket] = place;
      this.#firstSteps[bucket] = step;
    }
    if (isFirst || step >= (this.#lastSteps[bucket] as number)) {
      this.#lasts[bucket] = place;
      this.#lastSteps[bucket] = step;
    }
    if (isFirst || isLower(value, this.#minValues[bucket] as number)) {
      this.#mins[bucket] = place;
      this.#minValues[bucket] = value;
    }
    if (isFirst || isHigher(value, this.#maxValues[bucket] as number)) {
      this.#maxes[bucket] = place;
      this.#maxValues[bucket] = value;
    }
  }

  summaries(at: (place: number) => MetricPoint): MetricBucket[] {
    const found: MetricBucket[] = [];
    for (let bucket = 0; bucket < this.#counts.length; bucket += 1) {
      if (this.#firsts[bucket] === NO_PLACE) continue;
      found.push({
        count: this.#counts[bucket] as number,
        nanCount: this.#nanCounts[bucket] as number,
        infinityCount: this.#infinityCounts[bucket] as number,
        first: at(this.#firsts[bucket] as number),
        last: at(this.#lasts[bucket] as number),
        min: at(this.#mins[bucket] as number),
        max: at(this.#maxes[bucket] as number),
      });
    }
    return found;
  }
}
