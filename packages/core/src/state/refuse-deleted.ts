import { TidemarkError } from '../errors.ts';
import { kindOf, type StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { StoreState } from './store-state.ts';

/**
 * Refuses events of runs and experiments that are known to be deleted. Changes of a stage pass, for
 * otherwise nothing could be restored, and so does a purge. What is written before the deletion was
 * seen stays in the log, hidden (docs/decisions/030-writes-to-the-deleted.md).
 * @throws RUN_DELETED, EXPERIMENT_DELETED
 */
export function refuseDeleted(state: StoreState, events: readonly StoreEvent[]): void {
  for (const event of events) {
    const place = kindOf(event).place(event);
    if (place === undefined || 'model' in place) continue;
    if ('run' in place) assertRunLives(state, place.run);
    else assertExperimentLives(state, place.experiment);
  }
}

function assertRunLives(state: StoreState, runId: RunId): void {
  const run = state.run(runId);
  if (run?.created === undefined) return;
  if (run.stage === 'deleted') {
    throw new TidemarkError(
      'RUN_DELETED',
      `The run ${runId} is deleted. Restore it before changing it.`,
      { details: { runId } },
    );
  }
  assertExperimentLives(state, run.created.experiment);
}

function assertExperimentLives(state: StoreState, experimentId: ExperimentId): void {
  if (state.experiments.get(experimentId)?.stage !== 'deleted') return;
  throw new TidemarkError(
    'EXPERIMENT_DELETED',
    `The experiment ${experimentId} is deleted, and its runs with it. Restore it before changing them.`,
    { details: { experimentId } },
  );
}
