import { TidemarkError } from '../errors.ts';
import type { ExperimentUpdated } from '../events/kinds/experiment-updated.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { Experiment } from '../model/experiment.ts';
import { type ExperimentId, experimentIdFromName } from '../model/ids.ts';
import type { ExperimentDraft } from '../port/store.ts';
import type { StoreState } from '../state/store-state.ts';
import { experimentViews } from './selected-views.ts';

/** Whether an event gives an experiment a name. */
export function givesName(
  event: StoreEvent,
): event is ExperimentUpdated & { readonly name: string } {
  return event.kind === 'experiment-updated' && event.name !== undefined;
}

/** Checks that no other experiment has a name. `own` is the experiment that gets it. @throws EXPERIMENT_EXISTS */
export function assertNameFree(state: StoreState, name: string, own?: ExperimentId): void {
  const namesake = experimentViews(state).find(
    (experiment) => experiment.name === name && experiment.experimentId !== own,
  );
  if (namesake !== undefined) throw nameTaken(namesake);
}

/** Returns the id of a new experiment: the wanted id if it is free, otherwise one computed from the name. */
export function freeExperimentId(
  { name, experimentId }: ExperimentDraft,
  taken: ReadonlySet<string>,
): ExperimentId {
  if (experimentId !== undefined && !taken.has(experimentId)) return experimentId;
  let attempt = 0;
  while (taken.has(experimentIdFromName(name, attempt))) attempt += 1;
  return experimentIdFromName(name, attempt);
}

/** Returns the error for a name that another experiment has. */
export function nameTaken(namesake: Experiment): TidemarkError {
  const wayOut =
    namesake.lifecycleStage === 'deleted'
      ? 'It is deleted: restore it, or choose another name.'
      : 'Use it, or choose another name.';
  return new TidemarkError(
    'EXPERIMENT_EXISTS',
    `The experiment ${JSON.stringify(namesake.name)} exists already (id ${namesake.experimentId}). ${wayOut}`,
    { details: { experimentId: namesake.experimentId } },
  );
}
