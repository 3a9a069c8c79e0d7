import type { LoggedModel, LoggedModelId, MetricPoint, RunId, Store } from '@tidemark/core';

/** A point that speaks of a logged model, and the run that it was logged to. */
export interface LoggedModelPoint extends MetricPoint {
  readonly runId: RunId;
}

/**
 * The points that speak of logged models, the latest of each metric on each dataset: those of the runs
 * that made the models or read them.
 */
export async function loggedModelPoints(
  store: Store,
  models: readonly LoggedModel[],
): Promise<ReadonlyMap<LoggedModelId, readonly LoggedModelPoint[]>> {
  const wanted = new Set(models.map(({ modelId }) => modelId));
  const points = new Map<LoggedModelId, Map<string, LoggedModelPoint>>();
  for (const runId of await concernedRuns(store, models)) {
    const [run] = await store.runs({ runIds: [runId] });
    for (const key of Object.keys(run?.metrics ?? {})) {
      for (const point of await store.metricHistory(runId, key)) {
        if (point.modelId === undefined || !wanted.has(point.modelId)) continue;
        const ofModel = points.get(point.modelId) ?? new Map<string, LoggedModelPoint>();
        points.set(point.modelId, ofModel);
        const subject = JSON.stringify([key, point.datasetName, point.datasetDigest]);
        const before = ofModel.get(subject);
        if (before === undefined || isLater(point, before)) {
          ofModel.set(subject, { ...point, runId });
        }
      }
    }
  }
  return new Map([...points].map(([id, ofModel]) => [id, [...ofModel.values()]]));
}

async function concernedRuns(store: Store, models: readonly LoggedModel[]): Promise<Set<RunId>> {
  const ids = new Set(models.map(({ modelId }) => modelId));
  const experimentIds = [...new Set(models.map(({ experimentId }) => experimentId))];
  const concerned = new Set<RunId>();
  if (ids.size === 0) return concerned;
  for (const { sourceRunId } of models) if (sourceRunId !== undefined) concerned.add(sourceRunId);
  for (const run of await store.runs({ experimentIds })) {
    const read = run.modelInputs.some((id) => ids.has(id));
    if (read || run.modelOutputs.some(({ modelId }) => ids.has(modelId))) concerned.add(run.runId);
  }
  return concerned;
}

function isLater(point: MetricPoint, before: MetricPoint): boolean {
  return (point.step - before.step || point.timestampMs - before.timestampMs) >= 0;
}
