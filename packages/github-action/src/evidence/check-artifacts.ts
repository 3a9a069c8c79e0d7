import { createHash } from 'node:crypto';
import {
  type ArtifactOwner,
  artifactsDigest,
  isTidemarkError,
  type LoggedModel,
  type ModelVersion,
  readArtifact,
  type Store,
} from '@tidemark/core';
import { shown } from '../shown.ts';

/**
 * Whether a version's files are still those that were registered: the recorded files give the digest
 * in the registry, and the bytes in the store are the recorded ones. `undefined` when they are.
 */
export async function artifactsProblem(
  store: Store,
  version: ModelVersion,
): Promise<string | undefined> {
  const { modelId, artifactsDigest: registered, status } = version;
  if (status !== 'READY') return `the version is ${status}, not READY`;
  if (modelId === undefined || registered === undefined) {
    return 'was registered from outside this store, so that no digest pins its files';
  }
  if (version.source !== `models:/${modelId}`) {
    return `the version's source is ${shown(version.source)}, not the logged model ${modelId}`;
  }
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) return `the store has no logged model ${modelId}`;
  if (model.lifecycleStage !== 'active') return `the logged model ${modelId} is deleted`;
  if (model.status !== 'READY') return `the logged model ${modelId} is ${model.status}`;
  if (model.sourceRunId !== version.runId) {
    return `the logged model ${modelId} is from another run than the version says`;
  }
  if (model.artifacts.length === 0) return `the logged model ${modelId} has no files`;
  const recorded = artifactsDigest(model.artifacts);
  if (recorded !== registered) return `the files recorded now have the digest ${recorded}`;
  return await bytesProblem(store, model);
}

async function bytesProblem(store: Store, model: LoggedModel): Promise<string | undefined> {
  const { experimentId, modelId } = model;
  const owner: ArtifactOwner = { kind: 'model', experimentId, modelId };
  for (const file of model.artifacts) {
    const hash = createHash('sha256');
    try {
      for await (const piece of readArtifact(store, owner, file.path)) hash.update(piece);
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      return `the file ${shown(file.path)} cannot be read: ${error.message}`;
    }
    if (hash.digest('hex') !== file.sha256) {
      return `the file ${shown(file.path)} was changed after it was logged`;
    }
  }
  return undefined;
}
