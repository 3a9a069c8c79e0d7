import {
  type ArtifactContent,
  type ArtifactFile,
  type ArtifactOwner,
  assertLoggedModelActive,
  assertRunActive,
  getLoggedModel,
  getRun,
  type Store,
} from '@tidemark/core';
import { WireError } from '../wire/wire-error.ts';
import { type ArtifactScope, isProxied } from './artifact-locations.ts';

/**
 * Stores a file of a run or logged model and records its size and SHA-256, as Tidemark's client does.
 * Versions made from a Python client's model are therefore pinned to its files too.
 * @throws RUN_DELETED, LOGGED_MODEL_DELETED, ARTIFACT_PATH_UNSAFE, PURGED, WRITE_FAILED; WireError
 * NOT_IMPLEMENTED for an owner whose artifacts are outside the store
 */
export async function writeArtifact(
  { store, locations }: ArtifactScope,
  owner: ArtifactOwner,
  path: string,
  content: ArtifactContent,
): Promise<ArtifactFile> {
  // Checked before the bytes arrive, because a refused record would leave a file without an owner.
  await assertOwnerActive(store, owner);
  const location = await locations.ofOwner(owner);
  if (!isProxied(location)) {
    throw new WireError(
      'NOT_IMPLEMENTED',
      `The artifacts of this ${owner.kind === 'run' ? 'run' : 'model'} are at ${location}, which this server does not write. Write them there.`,
    );
  }
  const file = await store.artifacts.write(owner, path, content);
  const recordOwner = owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId };
  await store.append([{ kind: 'artifact', owner: recordOwner, file }]);
  return file;
}

async function assertOwnerActive(store: Store, owner: ArtifactOwner): Promise<void> {
  if (owner.kind === 'run') assertRunActive(await getRun(store, owner.runId));
  else assertLoggedModelActive(await getLoggedModel(store, owner.modelId));
}
