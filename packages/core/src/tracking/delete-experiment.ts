import type { ExperimentId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { getExperiment } from './find-experiment.ts';

/**
 * Soft-deletes an experiment: it and its runs are hidden and refuse writes until you restore it. No other experiment
 * can get its name. Does nothing if it is deleted already.
 * @throws EXPERIMENT_NOT_FOUND
 */
export async function deleteExperiment(store: Store, experimentId: ExperimentId): Promise<void> {
  assertArguments({ store, experimentId }, 'deleteExperiment', {
    store: 'store',
    experimentId: 'string',
  });
  return setStage(store, experimentId, 'deleted');
}

/**
 * Restores a soft-deleted experiment, and with it the runs that were not deleted themselves.
 * @throws EXPERIMENT_NOT_FOUND
 */
export async function restoreExperiment(store: Store, experimentId: ExperimentId): Promise<void> {
  assertArguments({ store, experimentId }, 'restoreExperiment', {
    store: 'store',
    experimentId: 'string',
  });
  return setStage(store, experimentId, 'active');
}

async function setStage(
  store: Store,
  experimentId: ExperimentId,
  stage: 'active' | 'deleted',
): Promise<void> {
  const { lifecycleStage } = await getExperiment(store, experimentId);
  if (lifecycleStage === stage) return;
  await store.append([
    { kind: 'experiment-updated', experiment: experimentId, timeMs: Date.now(), stage },
  ]);
}
