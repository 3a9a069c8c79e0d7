import { TidemarkError } from '../errors.ts';
import { kindOf, type StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { StoreState } from './store-state.ts';

/**
 * Refuses events of runs and experiments that are known to be soft-deleted. Changes of the stage are allowed, so that
 * a restore is possible, and so is a purge. Events that were written before this process read the deletion stay in
 * the log, hidden (docs/decisions/030-writes-to-the-deleted.md).
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
    `The experiment ${experimentId} is deleted, and its runs with it. Restore the experiment before changing it or its runs.`,
    { details: { experimentId } },
  );
}
