import { PointColumns } from '../fold/point-columns.ts';
import type { RunId } from '../model/ids.ts';
import type { MetricColumns } from '../model/metric-columns.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';

/**
 * Returns all points of one metric of a run in columns, ordered by timestamp, step and value: a quarter of the memory of the
 * points of `metricHistory`. A run without the metric, or that does not exist, has empty columns.
 *
 * @example
 * ```ts
 * import { historyColumns } from '@tidemark/core';
 *
 * const { steps, values } = await historyColumns(store, runId, 'loss');
 * const lastLoss = values.at(-1);
 * console.log(steps.length, lastLoss);
 * ```
 */
export async function historyColumns(
  store: Store,
  runId: RunId,
  key: string,
): Promise<MetricColumns> {
  assertArguments({ store, runId, key }, 'historyColumns', {
    store: 'store',
    runId: 'string',
    key: 'string',
  });
  if (store.historyColumns !== undefined) return store.historyColumns(runId, key);
  const columns = new PointColumns();
  for (const point of await store.metricHistory(runId, key)) columns.addPoint(point);
  return columns.of(runId, key);
}
