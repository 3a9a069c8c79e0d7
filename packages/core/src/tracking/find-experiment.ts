import { isTidemarkError, TidemarkError } from '../errors.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId } from '../model/ids.ts';
import { assertExperimentName } from '../model/names.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { ExperimentDraft, Store } from '../port/store.ts';

/** The live experiment that bears the name: of two, the one created first. */
export async function findExperimentByName(
  store: Store,
  name: string,
): Promise<Experiment | undefined> {
  assertArguments({ store, name }, 'findExperimentByName', { store: 'store', name: 'string' });
  const all = await store.experiments();
  return all.find((experiment) => experiment.name === name && isActive(experiment));
}

/** @throws EXPERIMENT_NOT_FOUND */
export async function getExperiment(store: Store, experimentId: ExperimentId): Promise<Experiment> {
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
 * The experiment of this name, created when there is none, as MLflow's `set_experiment` does;
 * when another call or process creates it at the same time, the result is theirs.
 * @throws INVALID_KEY for a bad name, EXPERIMENT_EXISTS when a deleted experiment holds the name
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
 * Creates an experiment; when another call or process created one of the name first, the result is
 * theirs. @throws EXPERIMENT_EXISTS when a deleted experiment holds the name
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

/** @throws EXPERIMENT_DELETED */
export function assertExperimentActive(experiment: Experiment): void {
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
