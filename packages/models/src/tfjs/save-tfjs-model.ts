import type { ModelFile } from '@tidemark/client';
import { assertArguments, assertOptions } from '@tidemark/core';
import { tfjsFiles } from './tfjs-files.ts';
import type { TfjsArtifacts, TfjsModel } from './tfjs-types.ts';

/** What of a model is saved. */
export interface SaveTfjsModelOptions {
  /** Also the optimizer's state, to go on training. Default false. */
  readonly includeOptimizer?: boolean;
}

/** The files of a TF.js model (layers or graph), as `tf.loadLayersModel` loads them over http. */
export async function saveTfjsModel(
  model: TfjsModel,
  options: SaveTfjsModelOptions = {},
): Promise<ModelFile[]> {
  assertArguments({ model }, 'saveTfjsModel', { model: 'object' });
  assertArguments(model, 'saveTfjsModel', { save: 'function' });
  assertOptions(options, 'saveTfjsModel', { includeOptimizer: 'boolean?' });
  return tfjsFiles(await tfjsArtifacts(model, options));
}

/** The model as TF.js hands it to a save handler. */
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
