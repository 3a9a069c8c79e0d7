import { TidemarkError } from '../errors.ts';
import type { EventSubject } from '../events/event-kind.ts';
import type { ArtifactWritten } from '../events/kinds/artifact.ts';
import { kindOf, type StoreEvent } from '../events/store-event.ts';
import { NO_PURGES, type PurgeFold } from '../fold/purge-fold.ts';
import type { ArtifactAddress } from '../model/artifact.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { StoreState } from './store-state.ts';

/**
 * Refuses events of a run, logged model or experiment that is known to be purged, and events of purged parts. No
 * reader would ever see such events, and they could bring a purged value back to the disk.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, EXPERIMENT_NOT_FOUND if the whole thing was purged; PURGED if the
 * part was
 */
export function refusePurged(state: StoreState, events: readonly StoreEvent[]): void {
  for (const event of events) refuseEvent(state, event);
}

/**
 * Refuses a file of a purged owner, or at a purged path.
 * @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, EXPERIMENT_NOT_FOUND, PURGED
 */
export function refusePurgedFile(
  state: StoreState,
  owner: ArtifactAddress['owner'],
  path: string,
): void {
  const purges = keptParts(state, owner);
  if (purges.has('artifact', path)) throw purgedPart(nameOf(owner), purges, 'artifact');
}

/** Refuses to write to an experiment that is known to be purged. @throws EXPERIMENT_NOT_FOUND */
export function refusePurgedExperiment(state: StoreState, experimentId: ExperimentId): void {
  if (state.experiments.get(experimentId)?.isPurged !== true) return;
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `The experiment ${experimentId} was purged, and its id is never used again. Use another experiment.`,
    { details: { experimentId } },
  );
}

/** Whether a run or a logged model is known to be purged as a whole, directly or with its experiment. */
export function isPurged(state: StoreState, id: RunId | LoggedModelId): boolean {
  return (
    isGone(state, state.standingOf(id as RunId)) ||
    isGone(state, state.loggedModels.get(id as LoggedModelId))
  );
}

/** Whether the points of one metric of a run are known to be gone: with the key, with the run, or with its experiment. */
export function isMetricPurged(state: StoreState, runId: RunId, key: string): boolean {
  return purgedMetrics(state, runId)(key);
}

/** `isMetricPurged` for every metric of a run. */
export function purgedMetrics(state: StoreState, runId: RunId): (key: string) => boolean {
  const run = state.standingOf(runId);
  if (isGone(state, run)) return () => true;
  return (key) => run?.purges.has('metric', key) === true;
}

function refuseEvent(state: StoreState, event: StoreEvent): void {
  if (event.kind === 'purged') return;
  const kind = kindOf(event);
  const subject = kind.subject(event);
  if (kind.creation !== undefined) refusePurgedExperiment(state, kind.creation.home(event));
  const purges = keptParts(state, subject);
  // The removal of a file writes no content of it.
  const isKept = purges.isEmpty || event.kind === 'artifact-removed';
  if (!isKept && kind.without(event, purges) !== event) {
    throw purgedPart(nameOf(subject), purges, event.kind);
  }
  if (event.kind === 'artifact') refusePurgedSource(state, event);
}

function refusePurgedSource(state: StoreState, { file }: ArtifactWritten): void {
  if (file.sameAs === undefined) return;
  const { owner: source, path } = file.sameAs;
  const fold = 'run' in source ? state.run(source.run) : state.loggedModels.get(source.model);
  if (!isGone(state, fold) && fold?.purges.has('artifact', path) !== true) return;
  throw new TidemarkError(
    'PURGED',
    `The artifact ${JSON.stringify(file.path)} refers to ${JSON.stringify(path)} of the ${nameOf(source)}, which was purged. Write its content instead.`,
    { details: { path: file.path, sameAs: file.sameAs } },
  );
}

/**
 * Returns the purges of a thing that was not purged as a whole. @throws RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND,
 * EXPERIMENT_NOT_FOUND
 */
function keptParts(state: StoreState, subject: EventSubject): PurgeFold {
  if ('run' in subject) return keptRun(state, subject.run);
  if ('model' in subject) return keptModel(state, subject.model);
  refusePurgedExperiment(state, subject.experiment);
  return state.experiments.get(subject.experiment)?.purges ?? NO_PURGES;
}

/** Returns the purges of a run that was not purged as a whole. @throws RUN_NOT_FOUND */
function keptRun(state: StoreState, runId: RunId): PurgeFold {
  const fold = state.standingOf(runId);
  if (!isGone(state, fold)) return fold?.purges ?? NO_PURGES;
  throw new TidemarkError(
    'RUN_NOT_FOUND',
    `The run ${runId} was purged, and its id is never used again. Start another.`,
    { details: { runId } },
  );
}

/** Returns the purges of a logged model that was not purged as a whole. @throws LOGGED_MODEL_NOT_FOUND */
function keptModel(state: StoreState, modelId: LoggedModelId): PurgeFold {
  const fold = state.loggedModels.get(modelId);
  if (!isGone(state, fold)) return fold?.purges ?? NO_PURGES;
  throw new TidemarkError(
    'LOGGED_MODEL_NOT_FOUND',
    `The logged model ${modelId} was purged, and its id is never used again. Log another.`,
    { details: { modelId } },
  );
}

function isGone(
  { experiments }: StoreState,
  fold:
    | {
        readonly purges: PurgeFold;
        readonly created: { readonly experiment: ExperimentId } | undefined;
      }
    | undefined,
): boolean {
  if (fold?.purges.isWhole === true) return true;
  const home = fold?.created?.experiment;
  return home !== undefined && experiments.get(home)?.isPurged === true;
}

function nameOf(subject: EventSubject): string {
  if ('experiment' in subject) return `experiment ${subject.experiment}`;
  return 'model' in subject ? `logged model ${subject.model}` : `run ${subject.run}`;
}

function purgedPart(owner: string, purges: PurgeFold, kind: string): TidemarkError {
  const names = purges.parts().map(({ part, key }) => `${part} ${JSON.stringify(key)}`);
  return new TidemarkError(
    'PURGED',
    `These parts of the ${owner} were purged: ${names.join(', ')}. This call wrote nothing. Use another name.`,
    { details: { owner, kind } },
  );
}
