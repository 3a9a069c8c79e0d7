import { TidemarkError } from '../errors.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertNotNeeded, planPurge } from './purge-plan.ts';

/**
 * Removes a file of a run or a logged model, or a folder with all below it: the bytes, and what is
 * recorded of them. Unlike `purge` it can be made good: a file of the same path may be written again,
 * and that there was one stays in the store's history. What is not there is no error.
 * @throws PURGE_REFUSED while a model version needs it; CAPABILITY_MISSING for a store that cannot
 * remove; RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, RUN_DELETED, EXPERIMENT_DELETED,
 * ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export async function removeArtifact(
  store: Store,
  owner: ArtifactOwner,
  path: string,
): Promise<void> {
  assertArguments({ store, owner, path }, 'removeArtifact', {
    store: 'store',
    owner: 'object',
    path: 'string',
  });
  if (store.artifacts.remove === undefined) {
    throw new TidemarkError(
      'CAPABILITY_MISSING',
      `The store ${store.uri} cannot remove artifacts. Remove them where it keeps them.`,
    );
  }
  const recordOwner = owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId };
  const plan = await planPurge(store, { ...recordOwner, part: 'artifact', key: path });
  assertNotNeeded(plan);
  // First what is recorded: no record may speak of bytes that are gone.
  await store.append(
    plan.files.map(({ file }) => ({
      kind: 'artifact-removed',
      owner: recordOwner,
      path: file.path,
    })),
  );
  await store.artifacts.remove(owner, path);
}
