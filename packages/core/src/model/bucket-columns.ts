import type { PointSubject } from './metric-columns.ts';

/** One point of each bucket, in columns. */
export interface BucketPoints {
  readonly steps: Float64Array;
  /** Milliseconds since 1970. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** By place, with gaps; `undefined` if no point names a dataset or a logged model. */
  readonly subjects: readonly (PointSubject | undefined)[] | undefined;
}

/**
 * The buckets of one metric of one run in columns of equal length, in the order of their steps: what `MetricBucket` has, in
 * place of an object for each bucket.
 */
export interface BucketColumns {
  /** The number of points of each bucket, never 0. */
  readonly counts: Float64Array;
  /** The number of points with the value NaN, and with an infinite value. A chart marks them. */
  readonly nanCounts: Float64Array;
  readonly infinityCounts: Float64Array;
  /** The first and the last point of each bucket, by step, then timestamp. */
  readonly first: BucketPoints;
  readonly last: BucketPoints;
  /** The lowest and the highest point of each bucket; the earliest of equal ones; NaN only if all values are NaN. */
  readonly min: BucketPoints;
  readonly max: BucketPoints;
}
