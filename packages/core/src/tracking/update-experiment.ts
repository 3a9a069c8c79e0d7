import type { ExperimentId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertExperimentActive, getExperiment } from './find-experiment.ts';
import { assertTags } from './plan-tags.ts';

/**
 * Sets tags of an experiment, in place of earlier values. If one is refused, none is set.
 * @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED, INVALID_KEY, INVALID_ARGUMENT
 */
export async function setExperimentTags(
  store: Store,
  experimentId: ExperimentId,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  assertArguments({ store, experimentId, tags }, 'setExperimentTags', {
    store: 'store',
    experimentId: 'string',
    tags: 'record',
  });
  assertTags(tags, LIMITS.experimentTagValueLength);
  assertExperimentActive(await getExperiment(store, experimentId));
  if (Object.keys(tags).length === 0) return;
  await store.append([
    { kind: 'experiment-updated', experiment: experimentId, timeMs: Date.now(), tags },
  ]);
}

/**
 * Deletes a tag of an experiment. Does nothing if the experiment has no such tag.
 * @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_DELETED
 */
export async function deleteExperimentTag(
  store: Store,
  experimentId: ExperimentId,
  key: string,
): Promise<void> {
  assertArguments({ store, experimentId, key }, 'deleteExperimentTag', {
    store: 'store',
    experimentId: 'string',
    key: 'string',
  });
  const experiment = await getExperiment(store, experimentId);
  assertExperimentActive(experiment);
  if (!Object.hasOwn(experiment.tags, key)) return;
  const tags = Object.fromEntries([[key, null]]);
  await store.append([
    { kind: 'experiment-updated', experiment: experimentId, timeMs: Date.now(), tags },
  ]);
}
