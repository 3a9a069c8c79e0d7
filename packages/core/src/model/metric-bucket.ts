import { TidemarkError } from '../errors.ts';
import type { RunId } from './ids.ts';
import type { MetricPoint } from './metric.ts';
import { assertArguments, assertOptions } from './plain-input.ts';

/** The most buckets, more than a chart has pixels. */
const MOST_BUCKETS = 100_000;

/** A summary of the points of one metric in a range of steps, with the points that a chart shows. */
export interface MetricBucket {
  /** The number of points. */
  readonly count: number;
  /** The number of points with the value NaN, and with an infinite value. A chart marks them. */
  readonly nanCount: number;
  readonly infinityCount: number;
  /** The first point, by step, then timestamp. */
  readonly first: MetricPoint;
  readonly last: MetricPoint;
  /** The lowest point; the earliest of equal ones; NaN only if all values are NaN. */
  readonly min: MetricPoint;
  readonly max: MetricPoint;
}

/** The number of buckets, and the range of steps. */
export interface BucketOptions {
  /** The most buckets: a whole number from 1 to 100,000. */
  readonly count: number;
  /** The first and the last step of the range. Default: all steps. */
  readonly firstStep?: number;
  readonly lastStep?: number;
}

/** Checks the arguments of a call for buckets of many runs. @throws INVALID_ARGUMENT */
export function assertBuckets(
  runIds: readonly RunId[],
  key: string,
  options: BucketOptions,
  call: 'metricBucketsOf' | 'bucketColumnsOf',
): void {
  assertArguments({ runIds, key }, call, { runIds: 'strings', key: 'string' });
  assertOptions(options, call, {
    count: 'number',
    firstStep: 'number?',
    lastStep: 'number?',
  });
  assertBucketCount(options.count);
}

/** @throws INVALID_ARGUMENT */
export function assertBucketCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= MOST_BUCKETS) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `A history cannot be put into ${count} buckets. Give a whole number from 1 to ${MOST_BUCKETS}.`,
    { details: { count } },
  );
}
