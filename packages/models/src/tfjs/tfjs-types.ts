/**
 * The part of TensorFlow.js that is used here, so that any build of it fits: `@tensorflow/tfjs`,
 * tfjs-node, or tfjs-core with tfjs-layers. Methods are declared loosely where TF.js has many
 * overloads.
 */

/** One weight in a weights manifest (`tf.io.WeightsManifestEntry`); what else it has is kept. */
export interface TfjsWeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** How the values are packed, when they are (`tf.io.WeightsManifestEntry`). */
  readonly quantization?: { readonly dtype: string };
}

/** A model as TF.js hands it to a save handler (`tf.io.ModelArtifacts`). */
export interface TfjsArtifacts {
  readonly modelTopology?: unknown;
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string | null;
  readonly weightSpecs?: readonly TfjsWeightSpec[];
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
  readonly trainingConfig?: unknown;
  readonly userDefinedMetadata?: unknown;
  readonly signature?: unknown;
  readonly modelInitializer?: unknown;
  readonly initializerSignature?: unknown;
}

/** What is called with a model that is saved (`tf.io.IOHandler`). */
export interface TfjsSaveHandler {
  save(artifacts: TfjsArtifacts): Promise<{
    modelArtifactsInfo: { dateSaved: Date; modelTopologyType: 'JSON' };
  }>;
}

/** An input or output as TF.js describes it: null or -1 for any size, no shape for any shape. */
export interface TfjsTensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape?: readonly (number | null)[];
}

/** A model that TF.js can save: a `tf.LayersModel` (so also a `tf.Sequential`) or a `tf.GraphModel`. */
export interface TfjsModel {
  readonly inputs: readonly TfjsTensorInfo[];
  readonly outputs: readonly TfjsTensorInfo[];
  /** Of a layers model. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Of a graph model. */
  readonly inputNodes?: readonly string[];
  readonly outputNodes?: readonly string[];
  save(handler: TfjsSaveHandler, config?: { includeOptimizer?: boolean }): Promise<unknown>;
}

/** A `tf.Tensor`. */
export interface TfjsTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  data(): Promise<unknown>;
  dispose(): void;
}
