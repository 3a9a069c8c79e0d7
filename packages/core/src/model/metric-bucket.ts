import { TidemarkError } from '../errors.ts';
import type { RunId } from './ids.ts';
import type { MetricPoint } from './metric.ts';
import { assertArguments, assertOptions } from './plain-input.ts';

/** As many as a chart has pixels, and some. */
const MOST_BUCKETS = 100_000;

/** The points of one metric whose steps are next to each other, as far as a chart shows them. */
export interface MetricBucket {
  /** How many points there are. */
  readonly count: number;
  /** How many of them have the value NaN, and how many an infinite one: a chart marks them. */
  readonly nanCount: number;
  readonly infinityCount: number;
  /** By step, then timestamp. */
  readonly first: MetricPoint;
  readonly last: MetricPoint;
  /** By value, of equal ones the earliest; NaN only when there is nothing else. */
  readonly min: MetricPoint;
  readonly max: MetricPoint;
}

/** How many buckets a history is put into, and which of its steps. */
export interface BucketOptions {
  /** At most so many: a whole number from 1 to 100,000. */
  readonly count: number;
  /** The first and the last step that count; without them all do. */
  readonly firstStep?: number;
  readonly lastStep?: number;
}

/** Checks what `metricBucketsOf` of a store takes. @throws INVALID_ARGUMENT */
export function assertBuckets(runIds: readonly RunId[], key: string, options: BucketOptions): void {
  assertArguments({ runIds, key }, 'metricBucketsOf', { runIds: 'strings', key: 'string' });
  assertOptions(options, 'metricBucketsOf', {
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
