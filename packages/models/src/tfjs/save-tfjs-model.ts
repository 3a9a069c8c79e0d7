import type { ModelFile } from '@tidemark/client';
import { assertArguments, assertOptions } from '@tidemark/core';
import { tfjsFiles } from './tfjs-files.ts';
import type { TfjsArtifacts, TfjsModel } from './tfjs-types.ts';

/** Options of `saveTfjsModel`. */
export interface SaveTfjsModelOptions {
  /** Also saves the optimizer's state, so that training can continue. Default: false. */
  readonly includeOptimizer?: boolean;
}

/**
 * Returns the files of a TF.js model (layers or graph): `model.json` and shards of weights, as
 * `tf.loadLayersModel` loads them over http.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { saveTfjsModel } from '@tidemark/models/tfjs';
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * for (const { path } of await saveTfjsModel(model)) console.log(path);
 * ```
 */
export async function saveTfjsModel(
  model: TfjsModel,
  options: SaveTfjsModelOptions = {},
): Promise<ModelFile[]> {
  assertArguments({ model }, 'saveTfjsModel', { model: 'object' });
  assertArguments(model, 'saveTfjsModel', { save: 'function' });
  assertOptions(options, 'saveTfjsModel', { includeOptimizer: 'boolean?' });
  return tfjsFiles(await tfjsArtifacts(model, options));
}

/** The model in the form that TF.js passes to a save handler. */
export async function tfjsArtifacts(
  model: TfjsModel,
  options: SaveTfjsModelOptions = {},
): Promise<TfjsArtifacts> {
  const saved: TfjsArtifacts[] = [];
  await model.save(
    {
      save: async (artifacts) => {
        saved.push(artifacts);
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      },
    },
    { includeOptimizer: options.includeOptimizer ?? false },
  );
  const [artifacts] = saved;
  if (artifacts === undefined)
    throw new Error('TF.js saved the model without calling its handler.');
  return artifacts;
}
