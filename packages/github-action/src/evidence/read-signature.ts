import {
  collectBytes,
  isTidemarkError,
  type ModelSignature,
  type ModelVersion,
  readArtifact,
  type Store,
  versionFiles,
} from '@tidemark/core';
import { MLMODEL_FILE, parseMlModel, signatureFromJson } from '@tidemark/mlflow';

/** The signature of a model, or why there is none to compare. */
export type SignatureReading =
  | { readonly kind: 'signature'; readonly signature: ModelSignature }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Reads the signature of a version from its MLmodel file. Another check compares its bytes. */
export async function readSignature(
  store: Store,
  version: ModelVersion,
): Promise<SignatureReading> {
  const found = await versionFiles(store, version);
  if (found === undefined) return { kind: 'unusable', reason: 'its files are not in this store' };
  const { owner, folder, files } = found;
  if (!files.some(({ path }) => path === MLMODEL_FILE)) {
    return { kind: 'missing', reason: 'it has no MLmodel file' };
  }
  const path = folder === '' ? MLMODEL_FILE : `${folder}/${MLMODEL_FILE}`;
  try {
    const bytes = await collectBytes(readArtifact(store, owner, path));
    const { signature } = parseMlModel(new TextDecoder().decode(bytes));
    if (signature === undefined) return { kind: 'missing', reason: 'it has no signature' };
    return { kind: 'signature', signature: signatureFromJson(signature) };
  } catch (error) {
    if (!isTidemarkError(error)) throw error;
    return { kind: 'unusable', reason: error.message };
  }
}
