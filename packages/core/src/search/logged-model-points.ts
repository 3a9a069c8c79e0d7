import type { LoggedModelId } from '../model/ids.ts';
import type { LoggedModelPoint } from '../model/metric.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { RUN_TARGET } from '../query/run-target.ts';

/** The points of logged models to read. Without either, all points. */
export interface LoggedModelPointSelection {
  readonly modelIds?: readonly LoggedModelId[];
  /** Names of metrics. */
  readonly keys?: readonly string[];
}

/**
 * Returns every point that names a logged model, by model, sorted by key, timestamp and step. The run that logged it
 * may be in any experiment, and need not have produced or read the model. MLflow keeps the metrics of a logged model
 * the same way (store/tracking/dbmodels/models.py, `SqlLoggedModelMetric`).
 */
export async function loggedModelPoints(
  store: Store,
  selection: LoggedModelPointSelection = {},
): Promise<ReadonlyMap<LoggedModelId, readonly LoggedModelPoint[]>> {
  assertArguments({ store }, 'loggedModelPoints', { store: 'store' });
  assertOptions(selection, 'loggedModelPoints', { modelIds: 'strings?', keys: 'strings?' });
  const { modelIds, keys } = selection;
  const points = new Map<LoggedModelId, LoggedModelPoint[]>();
  if (keys?.length === 0 || modelIds?.length === 0) return points;
  const wanted = modelIds && new Set(modelIds);
  const take = (point: LoggedModelPoint): void => {
    const { modelId } = point;
    if (modelId === undefined || wanted?.has(modelId) === false) return;
    const ofModel = points.get(modelId) ?? [];
    points.set(modelId, ofModel);
    ofModel.push(point);
  };
  if (store.modelPoints !== undefined) {
    const asked = keys && new Set(keys);
    for (const point of await store.modelPoints(modelIds)) {
      if (asked === undefined || asked.has(point.key)) take(point);
    }
  } else {
    for (const { runId, metrics } of await measuringRuns(store, wanted)) {
      for (const key of keys ?? Object.keys(metrics)) {
        if (!Object.hasOwn(metrics, key)) continue;
        for (const point of await store.metricHistory(runId, key)) take({ ...point, runId });
      }
    }
  }
  for (const ofModel of points.values()) ofModel.sort(inOrder);
  return points;
}

/** Returns the runs that may have such points: all runs, if the store cannot select them. */
async function measuringRuns(
  store: Store,
  measuresModels: ReadonlySet<LoggedModelId> | undefined,
): Promise<readonly Run[]> {
  if (store.findRuns === undefined) return store.runs({});
  const { defaultOrder: order } = RUN_TARGET;
  const limit = Number.MAX_SAFE_INTEGER;
  return store.findRuns({ order, limit, view: 'all', measuresModels: measuresModels ?? 'any' });
}

function inOrder(a: LoggedModelPoint, b: LoggedModelPoint): number {
  return (
    compareText(a.key, b.key) ||
    a.timestampMs - b.timestampMs ||
    a.step - b.step ||
    compareText(a.runId, b.runId)
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
