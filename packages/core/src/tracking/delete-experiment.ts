import type { ExperimentId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { getExperiment } from './find-experiment.ts';

/**
 * Deletes an experiment softly: it and its runs are hidden and refuse writes until it is restored. Its
 * name stays taken. One that is deleted already stays so.
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
 * Brings a deleted experiment back, and with it those of its runs that were not deleted themselves.
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
