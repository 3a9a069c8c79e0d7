import type { RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertRunActive, getRun } from './get-run.ts';
import { planTags } from './plan-tags.ts';

/**
 * Sets tags of a run, in place of earlier values. If one is refused, none is set.
 * @throws RUN_NOT_FOUND, RUN_DELETED, INVALID_KEY, INVALID_ARGUMENT
 */
export async function setRunTags(
  store: Store,
  runId: RunId,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  assertArguments({ store, runId, tags }, 'setRunTags', {
    store: 'store',
    runId: 'string',
    tags: 'record',
  });
  const event = planTags(runId, tags);
  assertRunActive(await getRun(store, runId));
  if (Object.keys(tags).length > 0) await store.append([event]);
}

/**
 * Deletes a tag of a run. Does nothing if the run has no such tag. Without the tag `mlflow.runName` the run has the
 * name that it was created with.
 * @throws RUN_NOT_FOUND, RUN_DELETED
 */
export async function deleteRunTag(store: Store, runId: RunId, key: string): Promise<void> {
  assertArguments({ store, runId, key }, 'deleteRunTag', {
    store: 'store',
    runId: 'string',
    key: 'string',
  });
  const run = await getRun(store, runId);
  assertRunActive(run);
  if (!Object.hasOwn(run.tags, key)) return;
  await store.append([{ kind: 'tags', run: runId, tags: Object.fromEntries([[key, null]]) }]);
}
