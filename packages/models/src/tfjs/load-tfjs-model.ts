import type { GraphModel, LayersModel } from '@tensorflow/tfjs';
import { type ModelFiles, openModel } from '@tidemark/client';
import { assertArguments, assertOptions, type Store, TidemarkError } from '@tidemark/core';
import type { FlavorConfig } from '@tidemark/mlflow';
import { describeModel } from '../describe-model.ts';
import { MODEL_JSON, readTfjsFiles } from './tfjs-files.ts';
import type { TfjsArtifacts, TfjsTensor } from './tfjs-types.ts';

/**
 * The part of TF.js that loads and calls models. What is `never` here has TF.js's own types there,
 * which differ from build to build.
 */
export interface TfjsRuntime {
  loadLayersModel(handler: { load(): Promise<never> }): Promise<LayersModel>;
  loadGraphModel(handler: { load(): Promise<never> }): Promise<GraphModel>;
  tensor(values: never, shape: number[], dtype: never): TfjsTensor;
}

/** How a TF.js model is loaded. */
export interface LoadTfjsModelOptions {
  /** A store or its address. Default: as `openStore()` finds it. */
  readonly store?: Store | string;
  /** TF.js itself, when it is not to be imported from `@tensorflow/tfjs`. */
  readonly tf?: TfjsRuntime;
}

/** The name of this flavor in an MLmodel file. */
export const TFJS_FLAVOR = 'tfjs';

/**
 * Loads a model back as the `tf.LayersModel` or `tf.GraphModel` that was logged; its weights are the
 * same bits. Custom layers have to be registered with TF.js before.
 * @throws FLAVOR_UNKNOWN when the model is not a TF.js model, or TF.js is not installed;
 * MLMODEL_INVALID, DIGEST_MISMATCH; and what `openModel` throws for an address that leads nowhere
 */
export async function loadTfjsModel(
  source: string | ModelFiles,
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
      `${files.uri} is not a TF.js model; it can be loaded as ${Object.keys(mlmodel.flavors).join(', ')}.`,
      { details: { uri: files.uri } },
    );
  }
  return loadFromFiles(files, config, tf ?? (await importTfjs()));
}

/** Loads the model that the flavor's config describes. */
export async function loadFromFiles(
  files: ModelFiles,
  config: FlavorConfig,
  tf: TfjsRuntime,
): Promise<LayersModel | GraphModel> {
  const path = config.data ?? MODEL_JSON;
  if (typeof path !== 'string') {
    throw new TidemarkError(
      'MLMODEL_INVALID',
      `The MLmodel file of ${files.uri} says that the data of its flavor tfjs is ${JSON.stringify(path)}; the path of a model.json is expected.`,
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
      `TF.js cannot load the model ${files.uri}: ${reason} Register custom layers before loading; otherwise log the model again.`,
      { cause, details: { uri: files.uri } },
    );
  }
}

/**
 * TF.js, imported when it is needed.
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
