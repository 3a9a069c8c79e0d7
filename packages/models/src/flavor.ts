import type { ModelFiles } from '@tidemark/client';
import type { ModelSignature } from '@tidemark/core';
import type { FlavorConfig, MlModel } from '@tidemark/mlflow';
import type { ModelInput, ModelOutput } from './model-io.ts';

/**
 * One way to load a model. A flavor is one small object in one file: copy a neighbour, change `load`,
 * and give it to `loadModel(uri, { flavors: [yours] })`, or add it to `known-flavors.ts`.
 */
export interface Flavor {
  /** Its key below `flavors` in the MLmodel file. */
  readonly name: string;
  /** @throws MLMODEL_INVALID when its part of the MLmodel file, or its files, cannot be understood */
  load(source: FlavorSource): Promise<LoadedFlavor>;
}

/** What a flavor loads from. */
export interface FlavorSource {
  readonly files: ModelFiles;
  readonly mlmodel: MlModel;
  /** The flavor's own part of the MLmodel file. */
  readonly config: FlavorConfig;
  readonly signature?: ModelSignature;
}

/** A model in memory. */
export interface LoadedFlavor {
  /** The model as its own library knows it. */
  readonly native: unknown;
  /** @throws INVALID_ARGUMENT when the input does not fit the model */
  predict(input: ModelInput): Promise<ModelOutput>;
  /** Frees what the library holds. The model cannot be used afterwards. */
  dispose(): void;
}
