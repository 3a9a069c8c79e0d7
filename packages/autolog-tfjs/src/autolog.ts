import { assertArguments, TidemarkError } from '@tidemark/core';
import type { AutologOptions } from './options.ts';
import { recordFit } from './record-fit.ts';
import type { FitArgs, FitMethod, TfjsHistory, TfjsHost, TrainableModel } from './tfjs-types.ts';
import { TrainingOrder } from './training-order.ts';

/** Active autologging. With `using`, it ends with its block. */
export interface Autolog extends Disposable {
  /**
   * Ends this call of `autolog`. The call before it, if there is one, takes effect again. The end of the
   * last call restores the prototypes of TF.js.
   */
  dispose(): void;
}

/** The patched methods of one copy of TF.js, and the active calls of `autolog`, newest last. */
interface Patched {
  readonly calls: { readonly options: AutologOptions }[];
  readonly restore: () => void;
}

type Fit = (this: TrainableModel, ...args: unknown[]) => Promise<TfjsHistory>;

const METHODS = ['fit', 'fitDataset'] as const satisfies FitMethod[];

const patchedHosts = new WeakMap<object, Patched>();

/**
 * Records every `fit` and `fitDataset` of TensorFlow.js from now on, as MLflow's Keras autologging
 * does: params, the metrics of every epoch, the model's summary, the trained model with its signature,
 * and the data. Logs to the active run. Without one, each training gets its own run, which ends with
 * the training. The result of a training, its History and its errors do not change. Failures to record
 * go to `onError`. A second call replaces the options and wraps nothing twice.
 *
 * @throws INVALID_ARGUMENT when an option has the wrong type
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 *
 * autolog(tf, { experiment: 'penguins', registeredModelName: 'penguins' });
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * await model.fit(tf.ones([8, 2]), tf.zeros([8, 1]), { epochs: 20 });
 * ```
 */
export function autolog(tf: TfjsHost, options: AutologOptions = {}): Autolog {
  assertArguments({ tf }, 'autolog', { tf: 'object' });
  assertArguments(tf, 'autolog', { LayersModel: 'function', Sequential: 'function' });
  assertOptions(options);
  const key = tf.LayersModel.prototype;
  const patched = patchedHosts.get(key) ?? patch(tf);
  patchedHosts.set(key, patched);
  const call = { options };
  patched.calls.push(call);

  const dispose = (): void => {
    const at = patched.calls.indexOf(call);
    if (at === -1) return;
    patched.calls.splice(at, 1);
    if (patched.calls.length > 0) return;
    patchedHosts.delete(key);
    patched.restore();
  };
  return { dispose, [Symbol.dispose]: dispose };
}

function patch(tf: TfjsHost): Patched {
  const calls: Patched['calls'] = [];
  const undo: (() => void)[] = [];
  // A Sequential trains through an inner LayersModel, whose fit is part of the Sequential's.
  const delegates = new WeakSet<object>();
  const order = new TrainingOrder();
  const trained = new WeakSet<object>();
  for (const { prototype } of [tf.LayersModel, tf.Sequential]) {
    for (const method of METHODS) {
      const before = Object.getOwnPropertyDescriptor(prototype, method);
      if (typeof before?.value !== 'function') continue;
      const original: Fit = before.value;
      const recorded: Fit = function (...args) {
        const options = calls.at(-1)?.options;
        const at = method === 'fit' ? 2 : 1;
        const given = args[at] ?? (method === 'fit' ? {} : undefined);
        const isOurs = options !== undefined && options.disable !== true && !delegates.has(this);
        // TF.js itself refuses invalid calls.
        if (!isOurs || typeof given !== 'object') return original.apply(this, args);
        const begin = (fitCall: unknown[]): Promise<TfjsHistory> => {
          const inner = this.model;
          if (inner) delegates.add(inner);
          try {
            return original.apply(this, fitCall);
          } finally {
            // The delegate has been called by now, because `fit` calls it before it first waits.
            if (inner) delegates.delete(inner);
          }
        };
        // TF.js refuses to train a model during a training, so the turn ends as soon as this training has started.
        if (trained.has(this)) return after(order.begun, () => begin(args));
        trained.add(this);
        const turn = order.take();
        const train = (fitArgs: FitArgs): Promise<TfjsHistory> =>
          after(turn.ready, () => {
            try {
              return begin(withItem(args, at, fitArgs));
            } finally {
              turn.pass();
            }
          });
        const data = method === 'fit' ? { data: { x: args[0], y: args[1] } } : {};
        const call = { tf, model: this, method, args: given as FitArgs, train, ...data };
        return recordFit(call, options).finally(() => trained.delete(this));
      };
      Object.defineProperty(prototype, method, { ...before, value: recorded });
      undo.push(() => {
        // If another library has patched the method after autologging, its patch stays, and ours only delegates.
        const now = Object.getOwnPropertyDescriptor(prototype, method);
        if (now?.value === recorded) Object.defineProperty(prototype, method, before);
      });
    }
  }
  const restore = (): void => {
    for (const step of undo) step();
  };
  return { calls, restore };
}

function withItem(list: readonly unknown[], at: number, item: unknown): unknown[] {
  const copy = [...list];
  copy[at] = item;
  return copy;
}

/** Calls at once if there is nothing to wait for. */
function after<T>(ready: Promise<void> | undefined, call: () => Promise<T>): Promise<T> {
  return ready === undefined ? call() : ready.then(call);
}

function assertOptions({ everyNBatches, maxWaitMs }: AutologOptions): void {
  const problem =
    everyNBatches !== undefined && !(Number.isInteger(everyNBatches) && everyNBatches > 0)
      ? `everyNBatches is ${String(everyNBatches)}: give a whole number of at least 1`
      : maxWaitMs !== undefined && !(maxWaitMs >= 0)
        ? `maxWaitMs is ${String(maxWaitMs)}: give a number of milliseconds`
        : undefined;
  if (problem !== undefined) throw new TidemarkError('INVALID_ARGUMENT', `autolog: ${problem}.`);
}
