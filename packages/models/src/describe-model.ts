import type { OpenedModel } from '@tidemark/client';
import { isTidemarkError, type ModelSignature, TidemarkError } from '@tidemark/core';
import { MLMODEL_FILE, type MlModel, parseMlModel, signatureFromJson } from '@tidemark/mlflow';

/** The files of a model, and its parsed MLmodel file. */
export interface ModelDescription {
  readonly files: OpenedModel;
  readonly mlmodel: MlModel;
  readonly signature?: ModelSignature;
}

/**
 * Reads the MLmodel file of a model.
 * @throws MLMODEL_INVALID when it is missing or invalid
 */
export async function describeModel(files: OpenedModel): Promise<ModelDescription> {
  let bytes: Uint8Array;
  try {
    bytes = await files.read(MLMODEL_FILE);
  } catch (cause) {
    if (!isTidemarkError(cause, 'ARTIFACT_NOT_FOUND')) throw cause;
    throw new TidemarkError(
      'MLMODEL_INVALID',
      `The model ${files.uri} file.path).join(', ') || 'no files'}. => has no MLmodel file, which describes how to load it. Log the model again. Its files are: ${files.files.map((file) => file.path).join(', ') || 'none'}. => file.path).join(', ') || 'no files'}.`,
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
