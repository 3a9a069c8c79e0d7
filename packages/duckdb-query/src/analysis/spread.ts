import { studentQuantile } from './student-t.ts';

/** The mean of some values, and how far they are from it. Values that are not finite are only counted. */
export interface Spread {
  /** How many values are finite. The other numbers are about these. */
  readonly count: number;
  /** How many are NaN or infinite, as of runs that diverged. */
  readonly nonFinite: number;
  /** `null` without a finite value. */
  readonly mean: number | null;
  /** The sample's standard deviation (n - 1). `null` for fewer than two values, where it is not defined. */
  readonly deviation: number | null;
  /** The interval of confidence for the mean, by Student's distribution. `null` for fewer than two values. */
  readonly low: number | null;
  readonly high: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Computes the spread of values. The values are scaled first, so that no sum overflows. */
export function spreadOf(values: readonly number[], confidence: number): Spread {
  const finite = values.filter(Number.isFinite);
  const count = finite.length;
  const nonFinite = values.length - count;
  if (count === 0) {
    const none = { mean: null, deviation: null, low: null, high: null, min: null, max: null };
    return { count, nonFinite, ...none };
  }
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of finite) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = Math.max(Math.abs(min), Math.abs(max)) || 1;
  // Welford's method.
  let mean = 0;
  let squares = 0;
  finite.forEach((value, place) => {
    const scaled = value / scale;
    const off = scaled - mean;
    mean += off / (place + 1);
    squares += off * (scaled - mean);
  });
  const middle = Math.min(max, Math.max(min, mean * scale));
  if (count === 1) {
    return { count, nonFinite, mean: middle, deviation: null, low: null, high: null, min, max };
  }
  const deviation = Math.sqrt(squares / (count - 1)) * scale;
  const reach = (studentQuantile(confidence, count - 1) * deviation) / Math.sqrt(count);
  return {
    count,
    nonFinite,
    mean: middle,
    deviation,
    low: middle - reach,
    high: middle + reach,
    min,
    max,
  };
}
