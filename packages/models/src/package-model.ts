import type { ModelFile, ModelIds } from '@tidemark/client';
import type { ModelSignature } from '@tidemark/core';
import { assertArguments } from '@tidemark/core';
import {
  type FlavorConfig,
  formatMlModel,
  formatUtcTime,
  MLMODEL_FILE,
  signatureToJson,
} from '@tidemark/mlflow';
import { exampleFiles } from './example-files.ts';
import type { ModelInput } from './model-io.ts';

/** A model as its flavor wrote it, to be packaged. */
export interface ModelContent {
  /** The flavors that can load it, with the config of each. */
  readonly flavors: Readonly<Record<string, FlavorConfig>>;
  readonly files: readonly ModelFile[];
  readonly signature?: ModelSignature;
  readonly inputExample?: ModelInput;
  /** Anything that can be JSON; kept in the MLmodel file. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * The files of a model in MLflow's form: the flavor's own, the input example, and the MLmodel file
 * that describes them, last, so that a folder with an MLmodel file is whole.
 * @throws INVALID_ARGUMENT when the signature breaks MLflow's rules, or the example is ragged
 */
export function packageModel(content: ModelContent, ids: ModelIds): ModelFile[] {
  assertArguments({ content, ids }, 'packageModel', { content: 'object', ids: 'object' });
  assertArguments(content, 'packageModel', { flavors: 'object', files: 'objects' });
  const { signature, metadata } = content;
  const example =
    content.inputExample === undefined ? undefined : exampleFiles(content.inputExample);
  const files = [...content.files, ...(example?.files ?? [])];
  const sizeBytes = totalBytes(files);
  const mlmodel = formatMlModel({
    artifactPath: ids.artifactUri,
    flavors: content.flavors,
    modelId: ids.modelId,
    modelUuid: ids.modelId,
    runId: ids.runId,
    utcTimeCreated: formatUtcTime(Date.now()),
    ...(signature && { signature: signatureToJson(signature) }),
    ...(example && { savedInputExampleInfo: example.info }),
    ...(sizeBytes !== undefined && { modelSizeBytes: sizeBytes }),
    ...(metadata && { metadata }),
  });
  return [...files, { path: MLMODEL_FILE, content: new TextEncoder().encode(mlmodel) }];
}

/** `undefined` if a file is a stream, whose size is not known yet. */
function totalBytes(files: readonly ModelFile[]): number | undefined {
  let total = 0;
  for (const { content } of files) {
    if (!(content instanceof Uint8Array)) return undefined;
    total += content.length;
  }
  return total;
}
