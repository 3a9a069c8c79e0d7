import {
  type ArtifactOwner,
  collectBytes,
  isTidemarkError,
  type ModelSignature,
  type ModelVersion,
  readArtifact,
  type Store,
} from '@tidemark/core';
import { MLMODEL_FILE, parseMlModel, signatureFromJson } from '@tidemark/mlflow';

/** A model's signature, or why there is none to compare. */
export type SignatureReading =
  | { readonly kind: 'signature'; readonly signature: ModelSignature }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Reads the signature of a version from its MLmodel file. That its bytes are right is checked apart. */
export async function readSignature(
  store: Store,
  version: ModelVersion,
): Promise<SignatureReading> {
  const { modelId } = version;
  const [model] = modelId === undefined ? [] : await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) return { kind: 'unusable', reason: 'its files are not in this store' };
  if (!model.artifacts.some(({ path }) => path === MLMODEL_FILE)) {
    return { kind: 'missing', reason: 'it has no MLmodel file' };
  }
  const { experimentId } = model;
  const owner: ArtifactOwner = { kind: 'model', experimentId, modelId: model.modelId };
  try {
    const bytes = await collectBytes(readArtifact(store, owner, MLMODEL_FILE));
    const { signature } = parseMlModel(new TextDecoder().decode(bytes));
    if (signature === undefined) return { kind: 'missing', reason: 'it has no signature' };
    return { kind: 'signature', signature: signatureFromJson(signature) };
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return { kind: 'unusable', reason: error.message };
  }
}
