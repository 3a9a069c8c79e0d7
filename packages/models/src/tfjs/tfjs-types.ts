/**
 * The part of TensorFlow.js that this package uses, typed by structure so that every build fits:
 * `@tensorflow/tfjs`, tfjs-node, or tfjs-core with tfjs-layers. Methods with many overloads in TF.js are
 * declared loosely.
 */

/** One weight in a weights manifest (`tf.io.WeightsManifestEntry`). Its other fields are kept. */
export interface TfjsWeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** The packing of the values; absent for plain values (`tf.io.WeightsManifestEntry`). */
  readonly quantization?: { readonly dtype: string };
}

/** A model in the form that TF.js passes to a save handler (`tf.io.ModelArtifacts`). */
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

/** Receives a saved model (`tf.io.IOHandler`). */
export interface TfjsSaveHandler {
  save(artifacts: TfjsArtifacts): Promise<{
    modelArtifactsInfo: { dateSaved: Date; modelTopologyType: 'JSON' };
  }>;
}

/** TF.js's description of an input or output: null or -1 for any size, no shape for any shape. */
export interface TfjsTensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly shape?: readonly (number | null)[];
}

/** A model that TF.js can save: a `tf.LayersModel` (including `tf.Sequential`) or a `tf.GraphModel`. */
export interface TfjsModel {
  readonly inputs: readonly TfjsTensorInfo[];
  readonly outputs: readonly TfjsTensorInfo[];
  /** Present for a layers model. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Present for a graph model. */
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
