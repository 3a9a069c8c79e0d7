import { TidemarkError } from '../errors.ts';
import type { Experiment } from '../model/experiment.ts';
import type { ExperimentId } from '../model/ids.ts';
import { assertExperimentName } from '../model/names.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertExperimentActive, getExperiment } from './find-experiment.ts';

/** The most attempts of several processes that choose one name at the same time; each waits a different time. */
const ATTEMPTS = 8;
/** The longest pause, and as a multiple of what the attempt took: on a slow disk two would meet again after a short one. */
const LONGEST_PAUSE_MS = 50;
const LONGEST_PAUSE_IN_ATTEMPTS = 4;

/**
 * Renames an experiment; its id stays. If several calls choose one name at the same time, in one process or in
 * several, one succeeds. In a folder, another process may briefly see the name of a call that fails. @throws
 * EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, INVALID_KEY for an invalid name, EXPERIMENT_EXISTS if another experiment,
 * live or deleted, has the name
 */
export async function renameExperiment(
  store: Store,
  experimentId: ExperimentId,
  name: string,
): Promise<void> {
  assertArguments({ store, experimentId, name }, 'renameExperiment', {
    store: 'store',
    experimentId: 'string',
    name: 'string',
  });
  assertExperimentName(name);
  const experiment = await getExperiment(store, experimentId);
  assertExperimentActive(experiment);
  if (experiment.name === name) return;
  for (let attempt = 1; ; attempt += 1) {
    const startMs = performance.now();
    const before = await namesakeOf(store, experimentId, name);
    if (before !== undefined) throw alreadyTaken(before);
    await giveName(store, experimentId, name);
    // A folder has no lock, so another process may have taken the name since the check.
    const since = await namesakeOf(store, experimentId, name);
    if (since === undefined) return;
    await giveName(store, experimentId, experiment.name);
    if (attempt === ATTEMPTS) throw alreadyTaken(since);
    const tookMs = performance.now() - startMs;
    const longestMs = Math.max(LONGEST_PAUSE_MS, LONGEST_PAUSE_IN_ATTEMPTS * tookMs);
    const pauseMs = Math.random() * longestMs;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function namesakeOf(
  store: Store,
  experimentId: ExperimentId,
  name: string,
): Promise<Experiment | undefined> {
  return (await store.experiments()).find(
    (other) => other.name === name && other.experimentId !== experimentId,
  );
}

async function giveName(store: Store, experiment: ExperimentId, name: string): Promise<void> {
  await store.append([{ kind: 'experiment-updated', experiment, timeMs: Date.now(), name }]);
}

function alreadyTaken({ experimentId, name, lifecycleStage }: Experiment): TidemarkError {
  const deleted = lifecycleStage === 'deleted' ? ' and is deleted' : '';
  return new TidemarkError(
    'EXPERIMENT_EXISTS',
    `The experiment ${experimentId} has the name ${JSON.stringify(name)} already${deleted}. Choose another name.`,
    { details: { experimentId } },
  );
}
