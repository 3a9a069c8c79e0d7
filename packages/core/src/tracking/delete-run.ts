import type { RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertExperimentActive, getExperiment } from './find-experiment.ts';
import { getRun } from './find-run.ts';

/**
 * Deletes a run softly: it is hidden and refuses writes until it is restored. A run that is deleted
 * already stays so.
 * @throws RUN_NOT_FOUND
 */
export async function deleteRun(store: Store, runId: RunId): Promise<void> {
  assertArguments({ store, runId }, 'deleteRun', { store: 'store', runId: 'string' });
  const run = await getRun(store, runId);
  // With a deleted experiment every run reads as deleted; this one shall stay so when that comes back.
  const { lifecycleStage } = await getExperiment(store, run.experimentId);
  if (run.lifecycleStage === 'deleted' && lifecycleStage === 'active') return;
  await store.append([{ kind: 'run-updated', run: runId, stage: 'deleted' }]);
}

/**
 * Brings a deleted run back, with everything that was recorded of it. A live run stays as it is.
 * @throws RUN_NOT_FOUND, EXPERIMENT_DELETED when its experiment has to be restored first
 */
export async function restoreRun(store: Store, runId: RunId): Promise<void> {
  assertArguments({ store, runId }, 'restoreRun', { store: 'store', runId: 'string' });
  const run = await getRun(store, runId);
  if (run.lifecycleStage === 'active') return;
  assertExperimentActive(await getExperiment(store, run.experimentId));
  await store.append([{ kind: 'run-updated', run: runId, stage: 'active' }]);
}
