import type { ParamValue } from '@tidemark/core';

/** The fields of a `tf.EarlyStopping` callback. */
interface EarlyStopping {
  readonly monitor: string;
  readonly patience: number;
  readonly minDelta: number;
  readonly mode: string;
  readonly baseline?: number | null;
  readonly wait?: number;
  readonly stoppedEpoch?: number;
}

/** Finds the EarlyStopping among the callbacks of a training; undefined if it has none. */
export function findEarlyStopping(callbacks: unknown): EarlyStopping | undefined {
  return [callbacks].flat().find(isEarlyStopping);
}

/** Its settings, under MLflow's names (tensorflow/__init__.py, `_log_early_stop_callback_params`). */
export function earlyStoppingParams(callback: EarlyStopping): Record<string, ParamValue> {
  const { monitor, patience, minDelta, mode, baseline } = callback;
  return {
    monitor,
    patience,
    // TF.js negates the value for quantities that are minimised.
    min_delta: Math.abs(minDelta),
    mode,
    ...(typeof baseline === 'number' && { baseline }),
  };
}

/** The epoch at which it stopped the training; undefined when it did not stop it. */
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
