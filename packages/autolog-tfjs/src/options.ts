import type { Store } from '@tidemark/core';

/** What autologging was at when something failed. */
export type AutologStage =
  | 'run'
  | 'params'
  | 'metrics'
  | 'dataset'
  | 'summary'
  | 'model'
  | 'early stopping';

/** How trainings are recorded. */
export interface AutologOptions {
  /** Records nothing, also when an earlier `autolog` call did. Default false. */
  readonly disable?: boolean;
  /** Logs the trained model, with its signature, as `model`. Default true. */
  readonly logModels?: boolean;
  /**
   * When no dataset is known of a run, logs the tensors that `fit` was given: shapes, and a digest
   * of their first 10,000 values. Default true. Datasets read through Tidemark attach by themselves.
   */
  readonly logDatasets?: boolean;
  /** Also logs `batch_<metric>` every so many batches; the step counts batches. Default: never. */
  readonly everyNBatches?: number;
  /** Makes each trained model the next version of this registered model. */
  readonly registeredModelName?: string;
  /** Tags for the runs that autologging makes. */
  readonly extraTags?: Readonly<Record<string, string>>;
  /** The name of the runs that autologging makes. Default: two words and a number. */
  readonly runName?: string;
  /** The experiment, by name, of the runs that autologging makes. Default: `Default`. */
  readonly experiment?: string;
  /** A store or its address. Default: as `openStore()` finds it. */
  readonly store?: Store | string;
  /**
   * How long a training waits for a store that does not answer, in milliseconds. It waits once before it
   * begins, and then trains without a record. It waits once after its end, and then lets the writes finish
   * in the background. Default 30,000.
   */
  readonly maxWaitMs?: number;
  /** Called for everything that could not be recorded. Default: `console.warn`, once for each stage. */
  readonly onError?: (error: unknown, stage: AutologStage) => void;
}

/** The longest that a training waits for its store. */
export const DEFAULT_MAX_WAIT_MS = 30_000;
