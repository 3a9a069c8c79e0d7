import type { LoggedModelId } from '../model/ids.ts';
import { compareMetricPoints, type MetricPoint } from '../model/metric.ts';
import type { Store } from '../store/store.ts';

/** A dataset that metrics were measured on. Without a digest every version of it. */
export interface MetricDataset {
  readonly name: string;
  readonly digest?: string;
}

/**
 * The latest value of each of these metrics for each logged model: among the points, of whichever
 * run, that name the model (and one of the datasets, when some are given).
 */
export async function loggedModelMetrics(
  store: Store,
  keys: readonly string[],
  datasets: readonly MetricDataset[] | undefined,
): Promise<Map<LoggedModelId, Map<string, number>>> {
  const latest = new Map<LoggedModelId, Map<string, MetricPoint>>();
  const runs = keys.length === 0 ? [] : await store.runs({});
  for (const { runId, metrics } of runs) {
    for (const key of keys) {
      if (!Object.hasOwn(metrics, key)) continue;
      for (const point of await store.metricHistory(runId, key)) {
        if (point.modelId === undefined || !isOn(point, datasets)) continue;
        const ofModel = latest.get(point.modelId) ?? new Map<string, MetricPoint>();
        latest.set(point.modelId, ofModel);
        const before = ofModel.get(key);
        if (before === undefined || compareMetricPoints(point, before) > 0) ofModel.set(key, point);
      }
    }
  }
  return new Map(
    [...latest].map(([modelId, points]) => [
      modelId,
      new Map([...points].map(([key, { value }]) => [key, value])),
    ]),
  );
}

function isOn(point: MetricPoint, datasets: readonly MetricDataset[] | undefined): boolean {
  if (datasets === undefined) return true;
  return datasets.some(
    ({ name, digest }) =>
      point.datasetName === name && (digest === undefined || point.datasetDigest === digest),
  );
}
