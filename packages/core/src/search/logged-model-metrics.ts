import type { LoggedModelId } from '../model/ids.ts';
import { compareMetricPoints, type MetricPoint } from '../model/metric.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../store/store.ts';
import { RUN_TARGET } from './run-target.ts';

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
  const runs = keys.length === 0 ? [] : await measuringRuns(store);
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

/** The runs that may have such points: all, when the store cannot tell. */
async function measuringRuns(store: Store): Promise<readonly Run[]> {
  if (store.findRuns === undefined) return store.runs({});
  const { defaultOrder: order } = RUN_TARGET;
  const limit = Number.MAX_SAFE_INTEGER;
  return store.findRuns({ order, limit, view: 'all', measuresModels: true });
}

function isOn(point: MetricPoint, datasets: readonly MetricDataset[] | undefined): boolean {
  if (datasets === undefined) return true;
  return datasets.some(
    ({ name, digest }) =>
      point.datasetName === name && (digest === undefined || point.datasetDigest === digest),
  );
}
