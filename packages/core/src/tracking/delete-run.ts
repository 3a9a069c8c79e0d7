import type { RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertExperimentActive, getExperiment } from './find-experiment.ts';
import { getRun } from './get-run.ts';

/**
 * Soft-deletes a run: it is hidden and refuses writes until you restore it. Does nothing if it is deleted already.
 * @throws RUN_NOT_FOUND
 */
export async function deleteRun(store: Store, runId: RunId): Promise<void> {
  assertArguments({ store, runId }, 'deleteRun', { store: 'store', runId: 'string' });
  const run = await getRun(store, runId);
  // Every run of a deleted experiment reads as deleted. This one must stay deleted when the experiment is restored.
  const { lifecycleStage } = await getExperiment(store, run.experimentId);
  if (run.lifecycleStage === 'deleted' && lifecycleStage === 'active') return;
  await store.append([{ kind: 'run-updated', run: runId, stage: 'deleted' }]);
}

/**
 * Restores a soft-deleted run with everything that was recorded of it. Does nothing if the run is live. @throws
 * RUN_NOT_FOUND, EXPERIMENT_DELETED if you must restore its experiment first
 */
export async function restoreRun(store: Store, runId: RunId): Promise<void> {
  assertArguments({ store, runId }, 'restoreRun', { store: 'store', runId: 'string' });
  const run = await getRun(store, runId);
  if (run.lifecycleStage === 'active') return;
  assertExperimentActive(await getExperiment(store, run.experimentId));
  await store.append([{ kind: 'run-updated', run: runId, stage: 'active' }]);
}
