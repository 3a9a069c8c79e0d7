import { TidemarkError } from '../errors.ts';
import type { StoreEvent } from '../events/store-event.ts';
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
    const place = placeOf(event);
    if (place === undefined) continue;
    if ('run' in place) assertRunLives(state, place.run);
    else assertExperimentLives(state, place.experiment);
  }
}

/** What an event writes to; `undefined` for what may always be written. */
function placeOf(
  event: StoreEvent,
): { readonly run: RunId } | { readonly experiment: ExperimentId } | undefined {
  switch (event.kind) {
    case 'experiment-created':
    case 'purged':
    // A logged model is kept apart from its run and has a stage of its own.
    case 'model-updated':
    case 'model-tags':
    case 'model-params':
      return undefined;
    case 'experiment-updated':
      return event.stage === undefined ? event : undefined;
    case 'run-created':
    case 'model-created':
      return { experiment: event.experiment };
    case 'run-updated':
      return event.stage === undefined ? event : undefined;
    case 'artifact':
    case 'artifact-removed':
      return 'run' in event.owner ? event.owner : undefined;
    default:
      return event;
  }
}

function assertRunLives(state: StoreState, runId: RunId): void {
  const standing = state.standingOf(runId);
  if (standing === undefined) return;
  if (standing.isDeleted) {
    throw new TidemarkError(
      'RUN_DELETED',
      `The run ${runId} is deleted. Restore it before changing it.`,
      { details: { runId } },
    );
  }
  assertExperimentLives(state, standing.experimentId);
}

function assertExperimentLives(state: StoreState, experimentId: ExperimentId): void {
  if (state.experiments.get(experimentId)?.stage !== 'deleted') return;
  throw new TidemarkError(
    'EXPERIMENT_DELETED',
    `The experiment ${experimentId} is deleted, and its runs with it. Restore it before changing them.`,
    { details: { experimentId } },
  );
}
