import type { OpenedModel } from '@tidemark/client';
import type { ModelSignature } from '@tidemark/core';
import type { FlavorConfig, MlModel } from '@tidemark/mlflow';
import type { ModelInput, ModelOutput } from './model-io.ts';

/**
 * A way to load models of one kind. To add a flavor, copy the file of another one, change `load`, and pass it
 * to `loadModel(uri, { flavors: [yours] })`, or add it to `known-flavors.ts`.
 */
export interface Flavor {
  /** The flavor's key below `flavors` in the MLmodel file. */
  readonly name: string;
  /** Loads the model. @throws MLMODEL_INVALID when the flavor's part of the MLmodel file, or its files, are invalid */
  load(source: FlavorSource): Promise<LoadedFlavor>;
}

/** The input of a flavor's `load`. */
export interface FlavorSource {
  readonly files: OpenedModel;
  readonly mlmodel: MlModel;
  /** The flavor's part of the MLmodel file. */
  readonly config: FlavorConfig;
  readonly signature?: ModelSignature;
}

/** A model in memory. */
export interface LoadedFlavor {
  /** The model as an object of the library that runs it. */
  readonly native: unknown;
  /** Predicts with plain data. @throws INVALID_ARGUMENT when the input does not fit the model */
  predict(input: ModelInput): Promise<ModelOutput>;
  /** Frees the library's resources. The model cannot be used afterwards. */
  dispose(): void;
}
