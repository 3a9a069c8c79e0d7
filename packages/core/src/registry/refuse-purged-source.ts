import { TidemarkError } from '../errors.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';

// `models:/m-…` and `runs:/<run>/<path>`, MLflow's addresses of a version's files.
const MODEL_SOURCE = /^models:\/+(m-[\w-]+)/;
const RUN_SOURCE = /^runs:\/+([\w-]+)/;

/**
 * Refuses a version of a run or a logged model that was purged from this store. Ids that the store never had are
 * allowed, because another store may have the run.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND
 */
export async function refusePurgedSource(
  store: Store,
  facts: { readonly source: string; readonly runId?: RunId; readonly modelId?: LoggedModelId },
): Promise<void> {
  if (store.isPurged === undefined) return;
  const { source } = facts;
  for (const runId of [facts.runId, source.match(RUN_SOURCE)?.[1] as RunId | undefined]) {
    if (runId === undefined || !(await store.isPurged(runId))) continue;
    throw new TidemarkError(
      'RUN_NOT_FOUND',
      `The run ${runId} was purged from ${store.uri}, so no version can be created from it. Name another run.`,
      { details: { runId } },
    );
  }
  for (const modelId of [
    facts.modelId,
    source.match(MODEL_SOURCE)?.[1] as LoggedModelId | undefined,
  ]) {
    if (modelId === undefined || !(await store.isPurged(modelId))) continue;
    throw new TidemarkError(
      'LOGGED_MODEL_NOT_FOUND',
      `The logged model ${modelId} was purged from ${store.uri}, so no version can be created from it. Name another model.`,
      { details: { modelId } },
    );
  }
}
