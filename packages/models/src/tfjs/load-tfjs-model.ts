import type { GraphModel, LayersModel } from '@tensorflow/tfjs';
import { type OpenedModel, openModel } from '@tidemark/client';
import { assertArguments, assertOptions, type Store, TidemarkError } from '@tidemark/core';
import type { FlavorConfig } from '@tidemark/mlflow';
import { describeModel } from '../describe-model.ts';
import { MODEL_JSON, readTfjsFiles } from './tfjs-files.ts';
import type { TfjsArtifacts, TfjsTensor } from './tfjs-types.ts';

/**
 * The part of TF.js that loads and calls models. Members of type `never` have TF.js's own types, which
 * differ between builds.
 */
export interface TfjsRuntime {
  loadLayersModel(handler: { load(): Promise<never> }): Promise<LayersModel>;
  loadGraphModel(handler: { load(): Promise<never> }): Promise<GraphModel>;
  tensor(values: never, shape: number[], dtype: never): TfjsTensor;
}

/** Options of `loadTfjsModel`. */
export interface LoadTfjsModelOptions {
  /** A store or its URI. Default: the store that `openStore()` finds. */
  readonly store?: Store | string;
  /** The copy of TF.js to use. Default: `@tensorflow/tfjs` is imported. */
  readonly tf?: TfjsRuntime;
}

/** The name of this flavor in an MLmodel file. */
export const TFJS_FLAVOR = 'tfjs';

/**
 * Loads a model as the `tf.LayersModel` or `tf.GraphModel` that was logged, with the same bits in its
 * weights. Register custom layers with TF.js before you call it.
 *
 * @throws FLAVOR_UNKNOWN when the model is not a TF.js model, or TF.js is not installed;
 * MLMODEL_INVALID, DIGEST_MISMATCH; and what `openModel` throws for a URI that names no model
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { loadTfjsModel } from '@tidemark/models/tfjs';
 *
 * const model = await loadTfjsModel('models:/penguins@champion');
 * const scores = model.predict(tf.tensor2d([[39.1, 18.7, 181, 3750]]));
 * ```
 */
export async function loadTfjsModel(
  source: string | OpenedModel,
  options: LoadTfjsModelOptions = {},
): Promise<LayersModel | GraphModel> {
  assertOptions(options, 'loadTfjsModel', { store: 'any', tf: 'any' });
  if (typeof source !== 'string') {
    assertArguments({ source }, 'loadTfjsModel', { source: 'object' });
    assertArguments(source, 'the source of loadTfjsModel', { read: 'function' });
  }
  const { store, tf } = options;
  const files =
    typeof source === 'string'
      ? await openModel(source, store === undefined ? {} : { store })
      : source;
  const { mlmodel } = await describeModel(files);
  const config = mlmodel.flavors[TFJS_FLAVOR];
  if (config === undefined) {
    throw new TidemarkError(
      'FLAVOR_UNKNOWN',
      `${files.uri} is not a TF.js model: it has the flavors ${Object.keys(mlmodel.flavors).join(', ')}. Load it with loadModel and one of these.`,
      { details: { uri: files.uri } },
    );
  }
  return loadFromFiles(files, config, tf ?? (await importTfjs()));
}

/** Loads the model that the flavor's config describes. */
export async function loadFromFiles(
  files: OpenedModel,
  config: FlavorConfig,
  tf: TfjsRuntime,
): Promise<LayersModel | GraphModel> {
  const path = config.data ?? MODEL_JSON;
  if (typeof path !== 'string') {
    throw new TidemarkError(
      'MLMODEL_INVALID',
      `The MLmodel file of ${files.uri} has the data ${JSON.stringify(path)} for its flavor tfjs, which must be the path of a model.json. Log the model again.`,
      { details: { uri: files.uri } },
    );
  }
  const artifacts = await readTfjsFiles(files, path);
  const handler = { load: async () => artifacts as never };
  try {
    return isGraphModel(artifacts, config)
      ? await tf.loadGraphModel(handler)
      : await tf.loadLayersModel(handler);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TidemarkError(
      'MLMODEL_INVALID',
      `TF.js cannot load the model ${files.uri}: ${reason} Register custom layers before you load it; otherwise log the model again.`,
      { cause, details: { uri: files.uri } },
    );
  }
}

/**
 * Imports TF.js on first use.
 * @throws FLAVOR_UNKNOWN when it is not installed
 */
export async function importTfjs(): Promise<TfjsRuntime> {
  try {
    return await import('@tensorflow/tfjs');
  } catch (cause) {
    throw new TidemarkError(
      'FLAVOR_UNKNOWN',
      'The flavor tfjs needs TensorFlow.js: npm install @tensorflow/tfjs, or pass your own build as { tf }.',
      { cause },
    );
  }
}

function isGraphModel(artifacts: TfjsArtifacts, config: FlavorConfig): boolean {
  return (config.format ?? artifacts.format) === 'graph-model';
}
