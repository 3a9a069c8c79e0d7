import {
  type ArtifactContent,
  type ArtifactFile,
  type ArtifactOwner,
  assertLoggedModelActive,
  assertRunActive,
  getLoggedModel,
  getRun,
  type LoggedModel,
  type Run,
  type Store,
} from '@tidemark/core';
import { invalidParameter } from '../wire/wire-error.ts';

/**
 * Stores a file of a run or logged model and records it with size and SHA-256, as logging it with
 * Tidemark's client does: a Python client's model files are pinned by the versions made of them.
 * @throws RUN_DELETED, LOGGED_MODEL_DELETED, ARTIFACT_PATH_UNSAFE, WRITE_FAILED; WireError for a path that was purged
 */
export async function writeArtifact(
  store: Store,
  owner: ArtifactOwner,
  path: string,
  content: ArtifactContent,
): Promise<ArtifactFile> {
  // Asked before the bytes come: the record of a refused write would leave a file that nobody owns.
  assertNotPurged(await activeOwner(store, owner), path);
  const file = await store.artifacts.write(owner, path, content);
  const recordOwner = owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId };
  await store.append([{ kind: 'artifact', owner: recordOwner, file }]);
  return file;
}

async function activeOwner(store: Store, owner: ArtifactOwner): Promise<Run | LoggedModel> {
  if (owner.kind === 'run') {
    const run = await getRun(store, owner.runId);
    assertRunActive(run);
    return run;
  }
  const model = await getLoggedModel(store, owner.modelId);
  assertLoggedModelActive(model);
  return model;
}

/** What was removed for ever does not come back under its name. @throws WireError */
function assertNotPurged({ purged = [] }: Run | LoggedModel, path: string): void {
  if (!purged.some((part) => part.part === 'artifact' && part.key === path)) return;
  throw invalidParameter(
    `The artifact ${JSON.stringify(path)} was removed for ever, and its name is not used again. Choose another name.`,
  );
}
