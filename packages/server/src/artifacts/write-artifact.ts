import type { ArtifactContent, ArtifactFile, ArtifactOwner, Store } from '@tidemark/core';
import { assertLoggedModelActive, assertRunActive, getLoggedModel, getRun } from '@tidemark/core';

/**
 * Stores a file of a run or logged model and records it with size and SHA-256, as logging it with
 * Tidemark's client does: a Python client's model files are pinned by the versions made of them.
 * @throws RUN_DELETED, LOGGED_MODEL_DELETED, ARTIFACT_PATH_UNSAFE, WRITE_FAILED
 */
export async function writeArtifact(
  store: Store,
  owner: ArtifactOwner,
  path: string,
  content: ArtifactContent,
): Promise<ArtifactFile> {
  // Asked before the bytes come: the record of a refused write would leave a file that nobody owns.
  if (owner.kind === 'run') assertRunActive(await getRun(store, owner.runId));
  else assertLoggedModelActive(await getLoggedModel(store, owner.modelId));
  const file = await store.artifacts.write(owner, path, content);
  const recordOwner = owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId };
  await store.append([{ kind: 'artifact', owner: recordOwner, file }]);
  return file;
}
