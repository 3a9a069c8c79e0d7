import type { Store } from '@tidemark/core';

/** The part of the recording that failed. */
export type AutologStage =
  | 'run'
  | 'params'
  | 'metrics'
  | 'dataset'
  | 'summary'
  | 'model'
  | 'early stopping';

/** Options of `autolog`. */
export interface AutologOptions {
  /** Records nothing, even if an earlier `autolog` call does. Default: false. */
  readonly disable?: boolean;
  /** Logs the trained model, with its signature, as `model`. Default: true. */
  readonly logModels?: boolean;
  /**
   * If a run has no dataset yet, logs the tensors that were passed to `fit`: shapes, and a digest of their
   * first 10,000 values. Datasets that are read through Tidemark are recorded in any case. Default: true.
   */
  readonly logDatasets?: boolean;
  /** Also logs `batch_<metric>` every given number of batches, with the number of the batch as step. Default: never. */
  readonly everyNBatches?: number;
  /** Makes each trained model the next version of this registered model. */
  readonly registeredModelName?: string;
  /** Tags for the runs that autologging starts. */
  readonly extraTags?: Readonly<Record<string, string>>;
  /** The name of the runs that autologging starts. Default: two words and a number. */
  readonly runName?: string;
  /** The name of the experiment of the runs that autologging starts. Default: `Default`. */
  readonly experiment?: string;
  /** A store or its URI. Default: the store that `openStore()` finds. */
  readonly store?: Store | string;
  /**
   * How long a training waits for a store that does not answer, in milliseconds. It waits once before it
   * begins, and then trains without a record. It waits once after its end, and then lets the writes finish
   * in the background. Default: 30,000.
   */
  readonly maxWaitMs?: number;
  /** Called for every failure to record. Default: `console.warn`, once for each stage. */
  readonly onError?: (error: unknown, stage: AutologStage) => void;
}

/** Default of `maxWaitMs`. */
export const DEFAULT_MAX_WAIT_MS = 30_000;
