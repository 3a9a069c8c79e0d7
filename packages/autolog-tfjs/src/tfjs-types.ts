import type { TfjsModel } from '@tidemark/models/tfjs';

/**
 * The part of TensorFlow.js layers that autologging uses, typed by structure so that every build fits
 * (`@tensorflow/tfjs`, tfjs-node, or only tfjs-layers).
 */

/** TF.js, as `import * as tf` gives it. */
export interface TfjsHost {
  readonly LayersModel: { readonly prototype: object };
  readonly Sequential: { readonly prototype: object };
  readonly Callback: { readonly prototype: object };
}

/** A layers model, with the members that autologging reads. */
export interface TrainableModel extends TfjsModel {
  readonly name?: string;
  readonly optimizer?: TfjsOptimizer;
  readonly loss?: unknown;
  readonly metrics?: unknown;
  readonly stopTraining?: boolean;
  /** For a Sequential: the inner model through which it trains. */
  readonly model?: object | null;
  summary(lineLength?: number, positions?: number[], printFn?: (line: string) => void): void;
}

/** Every optimizer of TF.js is serializable. */
export interface TfjsOptimizer {
  getClassName(): string;
  getConfig(): Readonly<Record<string, unknown>>;
}

/** The logs that callbacks get at the end of a batch or epoch: numbers, or scalars that are still on the device. */
export interface TfjsLogs {
  readonly [key: string]: number | TfjsScalar;
}

/** A `tf.Scalar`. */
export interface TfjsScalar {
  data(): Promise<ArrayLike<number>>;
}

/** A tensor that a model is trained with. */
export interface TfjsData {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  data(): Promise<ArrayLike<number | string>>;
  reshape(shape: number[]): TfjsData;
  slice(begin: number[], size: number[]): TfjsData;
  dispose(): void;
}

/** `fit` or `fitDataset`. */
export type FitMethod = 'fit' | 'fitDataset';

/** The last argument of `fit` and `fitDataset`. */
export interface FitArgs {
  readonly callbacks?: unknown;
  readonly validationData?: unknown;
  readonly [name: string]: unknown;
}

/** The result of `fit`, which autologging passes on unchanged. */
export interface TfjsHistory {
  readonly epoch: readonly number[];
}
