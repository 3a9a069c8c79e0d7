import type { ModelFiles } from '@tidemark/client';
import { isTidemarkError, type ModelSignature, TidemarkError } from '@tidemark/core';
import { MLMODEL_FILE, type MlModel, parseMlModel, signatureFromJson } from '@tidemark/mlflow';

/** A model's files with its MLmodel file read. */
export interface ModelDescription {
  readonly files: ModelFiles;
  readonly mlmodel: MlModel;
  readonly signature?: ModelSignature;
}

/**
 * Reads the MLmodel file of a model.
 * @throws MLMODEL_INVALID when it is missing or cannot be understood
 */
export async function describeModel(files: ModelFiles): Promise<ModelDescription> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(MLMODEL_FILE);
  } catch (cause) {
    if (!isTidemarkError(cause, 'ARTIFACT_NOT_FOUND')) throw cause;
    throw new TidemarkError(
      'MLMODEL_INVALID',
      `The model ${files.uri} has no MLmodel file, so nothing says how to load it. It has: ${files.files.map((file) => file.path).join(', ') || 'no files'}.`,
      { cause, details: { uri: files.uri } },
    );
  }
  const mlmodel = parseMlModel(new TextDecoder().decode(bytes));
  return {
    files,
    mlmodel,
    ...(mlmodel.signature && { signature: signatureFromJson(mlmodel.signature) }),
  };
}
