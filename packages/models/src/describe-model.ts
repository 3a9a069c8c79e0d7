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
      `The model ${files.uri} has no MLmodel file, which says how to load it. ${hasFiles(files)} Log the model again.`,
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

function hasFiles({ files }: OpenedModel): string {
  if (files.length === 0) return 'It has no files.';
  return `It has the files ${files.map(({ path }) => path).join(', ')}.`;
}
