import { isTidemarkError, TidemarkError } from '../errors.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId } from '../model/ids.ts';
import { assertExperimentName } from '../model/names.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ExperimentDraft, Store } from '../port/store.ts';

/**
 * Returns the live experiment with this name; of two, the one created first. Returns `undefined` if there is no such
 * experiment.
 */
export async function findExperimentByName(
  store: Store,
  name: string,
): Promise<Experiment | undefined> {
  assertArguments({ store, name }, 'findExperimentByName', { store: 'store', name: 'string' });
  const all = await store.experiments();
  return all.find((experiment) => experiment.name === name && isActive(experiment));
}

/** Returns an experiment, live or deleted. @throws EXPERIMENT_NOT_FOUND */ export async function getExperiment(
  store: Store,
  experimentId: ExperimentId,
): Promise<Experiment> {
  assertArguments({ store, experimentId }, 'getExperiment', {
    store: 'store',
    experimentId: 'string',
  });
  const all = await store.experiments();
  const found = all.find((experiment) => experiment.experimentId === experimentId);
  if (found !== undefined) return found;
  const known = all.filter(isActive).map(({ name, experimentId: id }) => `${name} (${id})`);
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `No experiment has the id ${JSON.stringify(experimentId)}. The store has: ${listed(known)}.`,
    { details: { experimentId } },
  );
}

/**
 * Finds an experiment as people name it: by its name or its id. Live ones come before deleted ones, names before ids.
 *
 * @example
 * ```ts
 * import { findExperiment } from '@tidemark/core';
 *
 * const { experimentId } = await findExperiment(store, 'Default');
 * console.log(experimentId); // 0
 * ```
 *
 * @throws EXPERIMENT_NOT_FOUND
 */
export async function findExperiment(store: Store, said: string): Promise<Experiment> {
  assertArguments({ store, said }, 'findExperiment', { store: 'store', said: 'string' });
  const all = await store.experiments();
  const named = all.filter(({ name }) => name === said);
  const found =
    named.find(isActive) ?? named[0] ?? all.find(({ experimentId }) => experimentId === said);
  if (found !== undefined) return found;
  throw new TidemarkError(
    'EXPERIMENT_NOT_FOUND',
    `No experiment has the name or the id ${JSON.stringify(said)}. List them with: tidemark experiments`,
  );
}

/**
 * Returns the experiment of this name, and creates it if it does not exist, as MLflow's `set_experiment` does. If
 * another call or process creates it at the same time, returns that one.
 *
 * @example
 * ```ts
 * import { ensureExperiment } from '@tidemark/core';
 *
 * const { experimentId } = await ensureExperiment(store, 'penguins');
 * const draft = { experimentId, name: 'baseline', userId: 'ada', startTimeMs: Date.now() };
 * const run = await store.createRun(draft);
 * ```
 *
 * @throws INVALID_KEY for an invalid name; EXPERIMENT_EXISTS if a deleted experiment has the name
 */
export async function ensureExperiment(store: Store, name: string): Promise<Experiment> {
  assertArguments({ store, name }, 'ensureExperiment', { store: 'store', name: 'string' });
  assertExperimentName(name);
  return (
    (await findExperimentByName(store, name)) ??
    (await createOrTakeExperiment(store, { name, creationTimeMs: Date.now() }))
  );
}

/**
 * Creates an experiment. If another call or process creates one of this name first, returns that one. @throws
 * EXPERIMENT_EXISTS if a deleted experiment has the name
 */
export async function createOrTakeExperiment(
  store: Store,
  draft: ExperimentDraft,
): Promise<Experiment> {
  try {
    return await store.createExperiment(draft);
  } catch (error) {
    if (!isTidemarkError(error, 'EXPERIMENT_EXISTS')) throw error;
    const theirs = await findExperimentByName(store, draft.name);
    if (theirs === undefined) throw error;
    return theirs;
  }
}

/** Checks that an experiment is not soft-deleted. @throws EXPERIMENT_DELETED */ export function assertExperimentActive(
  experiment: Experiment,
): void {
  assertArguments({ experiment }, 'assertExperimentActive', { experiment: 'object' });
  if (isActive(experiment)) return;
  throw new TidemarkError(
    'EXPERIMENT_DELETED',
    `The experiment ${JSON.stringify(experiment.name)} is deleted. Restore it first.`,
    { details: { experimentId: experiment.experimentId } },
  );
}

function isActive(experiment: Experiment): boolean {
  return experiment.lifecycleStage === 'active';
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
