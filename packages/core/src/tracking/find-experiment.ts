import { TidemarkError } from '../errors.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId } from '../model/ids.ts';
import { assertExperimentName } from '../model/names.ts';
import type { Store } from '../store/store.ts';

/** The live experiment that bears the name: of two, the one created first. */
export async function findExperimentByName(
  store: Store,
  name: string,
): Promise<Experiment | undefined> {
  const all = await store.experiments();
  return all.find((experiment) => experiment.name === name && isActive(experiment));
}

/** @throws EXPERIMENT_NOT_FOUND */
export async function getExperiment(store: Store, experimentId: ExperimentId): Promise<Experiment> {
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
 * The experiment of this name, created when there is none, as MLflow's `set_experiment` does.
 * @throws INVALID_KEY for a bad name, EXPERIMENT_EXISTS when a deleted experiment holds the name
 */
export async function ensureExperiment(store: Store, name: string): Promise<Experiment> {
  assertExperimentName(name);
  return (
    (await findExperimentByName(store, name)) ??
    (await store.createExperiment({ name, creationTimeMs: Date.now() }))
  );
}

/** @throws EXPERIMENT_DELETED */
export function assertExperimentActive(experiment: Experiment): void {
  if (isActive(experiment)) return;
  throw new TidemarkError(
    'EXPERIMENT_DELETED',
    `The experiment ${JSON.stringify(experiment.name)} is deleted. Restore it before you add runs.`,
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
