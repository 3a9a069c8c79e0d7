import { TidemarkError } from '../errors.ts';
import type { ExperimentId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertExperimentName } from '../model/names.ts';
import type { Store } from '../store/store.ts';
import { assertExperimentActive, getExperiment } from './find-experiment.ts';
import { assertTags } from './plan-tags.ts';

/**
 * Gives an experiment another name; its id stays.
 * @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, INVALID_KEY for a bad name, EXPERIMENT_EXISTS when
 * another experiment, live or deleted, has the name
 */
export async function renameExperiment(
  store: Store,
  experimentId: ExperimentId,
  name: string,
): Promise<void> {
  assertExperimentName(name);
  const experiment = await getExperiment(store, experimentId);
  assertExperimentActive(experiment);
  if (experiment.name === name) return;
  const namesake = (await store.experiments()).find((other) => other.name === name);
  if (namesake !== undefined) {
    throw new TidemarkError(
      'EXPERIMENT_EXISTS',
      `The experiment ${namesake.experimentId} has the name ${JSON.stringify(name)} already${namesake.lifecycleStage === 'deleted' ? ' and is deleted' : ''}. Choose another name.`,
      { details: { experimentId: namesake.experimentId } },
    );
  }
  await store.append([
    { kind: 'experiment-updated', experiment: experimentId, timeMs: Date.now(), name },
  ]);
}

/**
 * Sets tags of an experiment, in place of earlier values; all are refused when one is.
 * @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, INVALID_KEY, INVALID_ARGUMENT
 */
export async function setExperimentTags(
  store: Store,
  experimentId: ExperimentId,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  assertTags(tags);
  for (const [key, value] of Object.entries(tags)) {
    if (value.length <= LIMITS.experimentTagValueLength) continue;
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The value of tag ${JSON.stringify(key)} has ${value.length} characters; a tag of an experiment has at most ${LIMITS.experimentTagValueLength}.`,
      { details: { key } },
    );
  }
  assertExperimentActive(await getExperiment(store, experimentId));
  if (Object.keys(tags).length === 0) return;
  await store.append([
    { kind: 'experiment-updated', experiment: experimentId, timeMs: Date.now(), tags },
  ]);
}

/**
 * Takes a tag of an experiment away; one that is not there is no error.
 * @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED
 */
export async function deleteExperimentTag(
  store: Store,
  experimentId: ExperimentId,
  key: string,
): Promise<void> {
  const experiment = await getExperiment(store, experimentId);
  assertExperimentActive(experiment);
  if (!Object.hasOwn(experiment.tags, key)) return;
  const tags = Object.fromEntries([[key, null]]);
  await store.append([
    { kind: 'experiment-updated', experiment: experimentId, timeMs: Date.now(), tags },
  ]);
}
