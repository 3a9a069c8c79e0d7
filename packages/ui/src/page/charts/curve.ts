import type { BucketColumns } from '@tidemark/core';

/** A curve as points to draw: in the order of steps, with every extreme of every bucket. */
export interface Curve {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  /** The steps of points that are NaN or infinite, which have no place on the curve. */
  readonly marks: readonly number[];
  /** Whether a bucket has more points than the curve. */
  readonly isSampled: boolean;
}

const CORNERS = 4;

/**
 * Returns the points of the buckets of a run that a curve goes through: of each bucket the first, the lowest, the highest and
 * the last, in the order of their steps, each once. A spike of one point stays in the curve, however many points there are.
 */
export function curveOf(buckets: BucketColumns): Curve {
  const { counts, nanCounts, infinityCounts, first, last, min, max } = buckets;
  const steps = new Float64Array(counts.length * CORNERS);
  const values = new Float64Array(counts.length * CORNERS);
  const marks: number[] = [];
  let length = 0;
  let isSampled = false;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const isWhole = (counts[bucket] ?? 0) <= 1;
    const corners = isWhole ? [first] : [first, min, max, last];
    if ((counts[bucket] ?? 0) > CORNERS) isSampled = true;
    if ((nanCounts[bucket] ?? 0) + (infinityCounts[bucket] ?? 0) > 0) {
      marks.push(first.steps[bucket] ?? Number.NaN);
    }
    const points = corners
      .map(({ steps: at, values: of }) => ({
        step: at[bucket] ?? Number.NaN,
        value: of[bucket] ?? Number.NaN,
      }))
      .filter(({ value }) => Number.isFinite(value));
    if (!isWhole) points.sort((a, b) => a.step - b.step);
    for (const { step, value } of points) {
      const isAgain = length > 0 && steps[length - 1] === step && values[length - 1] === value;
      if (isAgain) continue;
      steps[length] = step;
      values[length] = value;
      length += 1;
    }
  }
  return { steps: steps.slice(0, length), values: values.slice(0, length), marks, isSampled };
}

/** Returns the value of a curve at the last point that is not after a step; `undefined` before its first point. */
export function valueAt({ steps, values }: Curve, step: number): number | undefined {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : values[low - 1];
}

/**
 * Returns an exponential moving average of the values, without the bias towards the first one (Kingma and Ba, "Adam", 2015,
 * section 3). `weight` is 0 for the values themselves, and below 1.
 */
export function smoothed(values: Float64Array, weight: number): Float64Array {
  if (weight === 0) return values;
  const smooth = new Float64Array(values.length);
  let average = 0;
  let share = 1;
  values.forEach((value, place) => {
    average = weight * average + (1 - weight) * value;
    share *= weight;
    smooth[place] = average / (1 - share);
  });
  return smooth;
}
