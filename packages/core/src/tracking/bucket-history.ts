import { bucketPieces, metricBucketsOfColumns } from '../fold/bucket-pieces.ts';
import { PointColumns } from '../fold/point-columns.ts';
import type { BucketColumns } from '../model/bucket-columns.ts';
import type { RunId } from '../model/ids.ts';
import { comparePoints, type MetricPoint } from '../model/metric.ts';
import {
  assertBucketCount,
  assertBuckets,
  type BucketOptions,
  type MetricBucket,
} from '../model/metric-bucket.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';

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
  const [buckets] = await metricBucketsOf(store, [runId], key, { count });
  return buckets ?? [];
}

/**
 * Returns the histories of one metric of many runs in buckets, in the order of the ids: for a chart of a hundred runs. A
 * run without the metric, or that does not exist, has an empty list. Use `firstStep` and `lastStep` for a part of the steps.
 *
 * @example
 * ```ts
 * import { metricBucketsOf } from '@tidemark/core';
 *
 * const curves = await metricBucketsOf(store, [runId], 'loss', { count: 500 });
 * const lowest = curves.map((buckets) => Math.min(...buckets.map(({ min }) => min.value)));
 * ```
 *
 * @throws INVALID_ARGUMENT if `count` is not a whole number from 1 to 100,000
 */
export async function metricBucketsOf(
  store: Store,
  runIds: readonly RunId[],
  key: string,
  options: BucketOptions,
): Promise<MetricBucket[][]> {
  assertArguments({ store }, 'metricBucketsOf', { store: 'store' });
  assertBuckets(runIds, key, options, 'metricBucketsOf');
  const found = await columnsOf(store, runIds, key, options);
  return found.map((buckets) => metricBucketsOfColumns(key, buckets));
}

/**
 * Does the same as `metricBucketsOf`, and returns columns in place of objects: for a program that draws or sends them.
 *
 * @example
 * ```ts
 * import { bucketColumnsOf } from '@tidemark/core';
 *
 * const curves = await bucketColumnsOf(store, [runId], 'loss', { count: 500 });
 * const lowest = curves.map(({ min }) => Math.min(...min.values));
 * ```
 *
 * @throws INVALID_ARGUMENT if `count` is not a whole number from 1 to 100,000
 */
export async function bucketColumnsOf(
  store: Store,
  runIds: readonly RunId[],
  key: string,
  options: BucketOptions,
): Promise<BucketColumns[]> {
  assertArguments({ store }, 'bucketColumnsOf', { store: 'store' });
  assertBuckets(runIds, key, options, 'bucketColumnsOf');
  return columnsOf(store, runIds, key, options);
}

/** `metricBuckets` for an array of points in any order. @throws INVALID_ARGUMENT */
export function bucketPoints(points: readonly MetricPoint[], count: number): MetricBucket[] {
  assertArguments({ points, count }, 'bucketPoints', { points: 'objects', count: 'number' });
  assertBucketCount(count);
  return metricBucketsOfColumns(points[0]?.key ?? '', bucketsOfPoints(points, { count }));
}

/** `bucketColumnsOf` for an array of points in any order: for a store that has only histories. @throws INVALID_ARGUMENT */
export function bucketColumnsOfPoints(
  points: readonly MetricPoint[],
  options: BucketOptions,
): BucketColumns {
  assertArguments({ points, options }, 'bucketColumnsOfPoints', {
    points: 'objects',
    options: 'object',
  });
  assertBucketCount(options.count);
  return bucketsOfPoints(points, options);
}

async function columnsOf(
  store: Store,
  runIds: readonly RunId[],
  key: string,
  options: BucketOptions,
): Promise<BucketColumns[]> {
  if (store.bucketColumnsOf !== undefined) return store.bucketColumnsOf(runIds, key, options);
  const found: BucketColumns[] = [];
  for (const runId of runIds) {
    found.push(bucketsOfPoints(await store.metricHistory(runId, key), options));
  }
  return found;
}

function bucketsOfPoints(points: readonly MetricPoint[], options: BucketOptions): BucketColumns {
  const columns = new PointColumns();
  for (const point of points.toSorted(
    (a, b) => a.timestampMs - b.timestampMs || comparePoints(a, b),
  )) {
    columns.addPoint(point);
  }
  return bucketPieces([columns], options);
}
