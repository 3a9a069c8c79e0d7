import type { BucketColumns, BucketPoints } from '../model/bucket-columns.ts';
import { isHigher, isLower } from '../model/metric.ts';
import type { PointSubject } from '../model/metric-columns.ts';
import { fillSegment, newSegment, type PointArrays, type Segment } from './points-segment.ts';

/** The steps that have points, and the most buckets for them. */
export interface BucketRange {
  readonly lowest: number;
  readonly highest: number;
  readonly count: number;
}

/** Puts points into buckets of equally many steps. Add them in the order of a history. */
export class BucketBuilder {
  readonly #lowest: number;
  readonly #highest: number;
  readonly #lastBucket: number;
  readonly #stepsEach: number;
  readonly #counts: Float64Array;
  readonly #nanCounts: Float64Array;
  readonly #infinityCounts: Float64Array;
  readonly #first: PointsBuilder;
  readonly #last: PointsBuilder;
  readonly #min: PointsBuilder;
  readonly #max: PointsBuilder;
  readonly #segment = newSegment();

  constructor({ lowest, highest, count }: BucketRange) {
    const stepCount = Math.max(0, highest - lowest + 1);
    // Steps are whole numbers, so there are never more buckets than steps.
    const size = Math.min(count, stepCount);
    this.#lowest = lowest;
    this.#highest = highest;
    this.#lastBucket = count - 1;
    this.#stepsEach = Math.max(1, stepCount / count);
    this.#counts = new Float64Array(size);
    this.#nanCounts = new Float64Array(size);
    this.#infinityCounts = new Float64Array(size);
    this.#first = new PointsBuilder(size);
    this.#last = new PointsBuilder(size);
    this.#min = new PointsBuilder(size);
    this.#max = new PointsBuilder(size);
  }

  /** Returns the bucket of a step in the range. */
  bucketOf(step: number): number {
    return Math.min(this.#lastBucket, Math.floor((step - this.#lowest) / this.#stepsEach));
  }

  /** Adds those of the first `length` points that are in the range. */
  add(points: PointArrays, length: number): void {
    const { steps } = points;
    const [lowest, highest, segment] = [this.#lowest, this.#highest, this.#segment];
    let bucket = -1;
    let from = 0;
    for (let place = 0; place < length; place += 1) {
      const step = steps[place] as number;
      const next = step < lowest || step > highest ? -1 : this.bucketOf(step);
      if (next === bucket) continue;
      if (bucket !== -1) {
        fillSegment(segment, points, from, place);
        this.join(bucket, points, segment);
      }
      bucket = next;
      from = place;
    }
    if (bucket === -1) return;
    fillSegment(segment, points, from, length);
    this.join(bucket, points, segment);
  }

  /** Adds points of one bucket by their summary. */
  join(bucket: number, points: PointArrays, segment: Segment): void {
    const { first, last, min, max } = segment;
    const { steps, values } = points;
    const count = this.#counts[bucket] as number;
    this.#counts[bucket] = count + segment.count;
    this.#nanCounts[bucket] = (this.#nanCounts[bucket] as number) + segment.nanCount;
    this.#infinityCounts[bucket] = (this.#infinityCounts[bucket] as number) + segment.infinityCount;
    const isFirst = count === 0;
    if (isFirst || (steps[first] as number) < this.#first.stepOf(bucket)) {
      this.#first.put(bucket, points, first);
    }
    if (isFirst || (steps[last] as number) >= this.#last.stepOf(bucket)) {
      this.#last.put(bucket, points, last);
    }
    if (isFirst || isLower(values[min] as number, this.#min.valueOf(bucket))) {
      this.#min.put(bucket, points, min);
    }
    if (isFirst || isHigher(values[max] as number, this.#max.valueOf(bucket))) {
      this.#max.put(bucket, points, max);
    }
  }

  /** Returns the buckets that have points. */
  finish(): BucketColumns {
    const places = placesOf(this.#counts);
    return {
      counts: picked(this.#counts, places),
      nanCounts: picked(this.#nanCounts, places),
      infinityCounts: picked(this.#infinityCounts, places),
      first: this.#first.pick(places),
      last: this.#last.pick(places),
      min: this.#min.pick(places),
      max: this.#max.pick(places),
    };
  }
}

/** One point for each bucket. */
class PointsBuilder {
  readonly #steps: Float64Array;
  readonly #timesMs: Float64Array;
  readonly #values: Float64Array;
  #subjects: (PointSubject | undefined)[] | undefined;

  constructor(size: number) {
    this.#steps = new Float64Array(size);
    this.#timesMs = new Float64Array(size);
    this.#values = new Float64Array(size);
  }

  stepOf(bucket: number): number {
    return this.#steps[bucket] as number;
  }

  valueOf(bucket: number): number {
    return this.#values[bucket] as number;
  }

  put(bucket: number, points: PointArrays, place: number): void {
    this.#steps[bucket] = points.steps[place] as number;
    this.#timesMs[bucket] = points.timesMs[place] as number;
    this.#values[bucket] = points.values[place] as number;
    const subject = points.subjects?.[place];
    if (subject === undefined && this.#subjects === undefined) return;
    this.#subjects ??= [];
    this.#subjects[bucket] = subject;
  }

  pick(places: Uint32Array): BucketPoints {
    const subjects = this.#subjects;
    return {
      steps: picked(this.#steps, places),
      timesMs: picked(this.#timesMs, places),
      values: picked(this.#values, places),
      subjects: subjects && Array.from(places, (place) => subjects[place]),
    };
  }
}

/** Returns the places of numbers that are not 0. */
function placesOf(counts: Float64Array): Uint32Array {
  const places = new Uint32Array(counts.length);
  let found = 0;
  for (let place = 0; place < counts.length; place += 1) {
    if (counts[place] === 0) continue;
    places[found] = place;
    found += 1;
  }
  return places.subarray(0, found);
}

function picked(column: Float64Array, places: Uint32Array): Float64Array {
  if (places.length === column.length) return column;
  const chosen = new Float64Array(places.length);
  for (let at = 0; at < places.length; at += 1) chosen[at] = column[places[at] as number] as number;
  return chosen;
}
