import type { ParamValue } from '@tidemark/core';

/** A `tf.EarlyStopping` callback, as far as its fields tell of it. */
interface EarlyStopping {
  readonly monitor: string;
  readonly patience: number;
  readonly minDelta: number;
  readonly mode: string;
  readonly baseline?: number | null;
  readonly wait?: number;
  readonly stoppedEpoch?: number;
}

/** The EarlyStopping among the callbacks of a training, if any. */
export function findEarlyStopping(callbacks: unknown): EarlyStopping | undefined {
  return [callbacks].flat().find(isEarlyStopping);
}

/** Its settings, under MLflow's names (tensorflow/__init__.py, `_log_early_stop_callback_params`). */
export function earlyStoppingParams(callback: EarlyStopping): Record<string, ParamValue> {
  const { monitor, patience, minDelta, mode, baseline } = callback;
  return {
    monitor,
    patience,
    // TF.js turns the sign around for quantities that are to become small.
    min_delta: Math.abs(minDelta),
    mode,
    ...(typeof baseline === 'number' && { baseline }),
  };
}

/** The epoch at which it stopped the training; undefined when it did not. */
export function stoppedEpoch(callback: EarlyStopping, stopTraining: boolean): number | undefined {
  const { wait = 0, patience } = callback;
  return stopTraining && wait > 0 && wait >= patience ? callback.stoppedEpoch : undefined;
}

function isEarlyStopping(callback: unknown): callback is EarlyStopping {
  return (
    typeof callback === 'object' &&
    callback !== null &&
    'monitor' in callback &&
    typeof callback.monitor === 'string' &&
    'patience' in callback &&
    typeof callback.patience === 'number' &&
    'minDelta' in callback &&
    typeof callback.minDelta === 'number'
  );
}
