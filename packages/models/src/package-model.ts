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

/** A model that a flavor has written, ready to be packaged. */
export interface ModelContent {
  /** The flavors that can load it, each with its config. */
  readonly flavors: Readonly<Record<string, FlavorConfig>>;
  readonly files: readonly ModelFile[];
  readonly signature?: ModelSignature;
  readonly inputExample?: ModelInput;
  /** Any JSON data. It is kept in the MLmodel file. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Returns the files of a model in MLflow's format: the flavor's files, the input example, and the MLmodel
 * file, which describes them. It comes last, so that a folder with an MLmodel file is complete.
 * @throws INVALID_ARGUMENT when the signature violates MLflow's rules, or the lists of the example are ragged
 *
 * @example
 * ```ts
 * import { startRun } from '@tidemark/client';
 *
 * const files = [{ path: 'factor.json', content: new TextEncoder().encode('3') }];
 * await startRun((run) =>
 *   run.logModel({
 *     name: 'times',
 *     files: (ids) => packageModel({ flavors: { times: { data: 'factor.json' } }, files }, ids),
 *   }),
 * );
 * ```
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

/** The total size in bytes; `undefined` if the size of a file is not known yet because it is a stream. */
function totalBytes(files: readonly ModelFile[]): number | undefined {
  let total = 0;
  for (const { content } of files) {
    if (!(content instanceof Uint8Array)) return undefined;
    total += content.length;
  }
  return total;
}
