import type { PointSubject } from '../model/metric-columns.ts';

/** Points in columns. The arrays may be longer than the number of points. */
export interface PointArrays {
  readonly steps: Float64Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly subjects?: readonly (PointSubject | undefined)[] | undefined;
}

/** The summary of some points that follow each other: how many there are, and the places of four of them. */
export interface Segment {
  count: number;
  nanCount: number;
  infinityCount: number;
  /** The first and the last by step. Of equal steps the first in place comes first. */
  first: number;
  last: number;
  /** The lowest and the highest by value. Of equal values the first in place; NaN only if there is nothing else. */
  min: number;
  max: number;
}

/** Returns an empty segment, to be filled again and again. */
export function newSegment(): Segment {
  return { count: 0, nanCount: 0, infinityCount: 0, first: 0, last: 0, min: 0, max: 0 };
}

/** Fills a segment with the points from one place to another, of which there must be one. */
export function fillSegment(
  segment: Segment,
  { steps, values }: PointArrays,
  from: number,
  to: number,
): void {
  let [first, last, min, max] = [from, from, from, from];
  let firstStep = steps[from] as number;
  let lastStep = firstStep;
  // A comparison with NaN is false, so that the first number is taken.
  let [lowest, highest] = [Number.NaN, Number.NaN];
  let [nanCount, infinityCount] = [0, 0];
  for (let place = from; place < to; place += 1) {
    const step = steps[place] as number;
    if (step < firstStep) {
      first = place;
      firstStep = step;
    }
    if (step >= lastStep) {
      last = place;
      lastStep = step;
    }
    const value = values[place] as number;
    if (Number.isNaN(value)) {
      nanCount += 1;
      continue;
    }
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      infinityCount += 1;
    }
    if (!(value >= lowest)) {
      min = place;
      lowest = value;
    }
    if (!(value <= highest)) {
      max = place;
      highest = value;
    }
  }
  segment.count = to - from;
  segment.nanCount = nanCount;
  segment.infinityCount = infinityCount;
  segment.first = first;
  segment.last = last;
  segment.min = min;
  segment.max = max;
}
