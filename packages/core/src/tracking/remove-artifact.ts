import { TidemarkError } from '../errors.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertNotNeeded, planPurge } from './purge-plan.ts';

/**
 * Removes a file or a folder of a run or a logged model: the bytes and their record. Unlike after a `purge`, you can
 * write a file at the same path again, and the logs keep that the file existed. Does nothing if there is no such
 * file. @throws PURGE_REFUSED while a model version needs it; CAPABILITY_MISSING if the store cannot remove
 * artifacts; RUN_NOT_FOUND, LOGGED_MODEL_NOT_FOUND, RUN_DELETED, EXPERIMENT_DELETED, ARTIFACT_PATH_UNSAFE,
 * WRITE_FAILED
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
  // First the record, so that no record refers to removed bytes.
  await store.append(
    plan.files.map(({ file }) => ({
      kind: 'artifact-removed',
      owner: recordOwner,
      path: file.path,
    })),
  );
  await store.artifacts.remove(owner, path);
}
