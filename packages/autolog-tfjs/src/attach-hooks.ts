import type { TfjsHost, TfjsLogs } from './tfjs-types.ts';

/** The hooks that autologging adds to a training. None of them throws or rejects. */
export interface FitHooks {
  readonly onBatchBegin?: Hook;
  readonly onBatchEnd?: Hook;
  readonly onEpochEnd: Hook;
}

/** Called with the 0-based number of the batch or epoch, and its logs. */
export type Hook = (index: number, logs: TfjsLogs) => void | Promise<void>;

type Callback = (this: unknown, index: number, logs: TfjsLogs) => unknown;

/** The fields of a callback config (tfjs-layers, `CustomCallbackArgs`). */
const CONFIG_FIELDS = [
  'nowFunc',
  'nextFrameFunc',
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onBatchBegin',
  'onBatchEnd',
  'onYield',
] as const;
type CallbackConfig = { readonly [field in (typeof CONFIG_FIELDS)[number]]?: unknown };

const HOOKS = ['onBatchBegin', 'onBatchEnd', 'onEpochEnd'] as const;

/**
 * Returns the `callbacks` of a training with the hooks after the user's own callbacks. TF.js accepts a config,
 * a Callback, or a list of either kind, and decides by the first of the list. TF.js yields to the event loop
 * for each config, so a user's config is extended instead of adding another one.
 */
export function attachHooks(tf: TfjsHost, callbacks: unknown, hooks: FitHooks): unknown {
  const base: object = Object.getPrototypeOf(tf.Callback.prototype);
  const isCallback = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(base, value);
  // Created from the prototype, because the hooks need nothing that the constructor of Callback sets up.
  const ours = Object.assign(Object.create(base), hooks);

  if (callbacks === undefined || callbacks === null) return extended({}, hooks);
  if (isCallback(callbacks)) return [callbacks, ours];
  if (!Array.isArray(callbacks)) return extended(callbacks, hooks);
  if (callbacks.length === 0 || isCallback(callbacks[0])) return [...callbacks, ours];
  const last = callbacks.findLastIndex((it) => !isCallback(it));
  return callbacks.map((it, i) => (i === last ? extended(it as CallbackConfig, hooks) : it));
}

function extended(config: CallbackConfig, hooks: FitHooks): Record<string, unknown> {
  // Copied field by field: a config may be an instance of a class, with its methods on a prototype.
  const fields = Object.fromEntries(CONFIG_FIELDS.map((field) => [field, config[field]]));
  for (const name of HOOKS) {
    const hook = hooks[name];
    if (hook !== undefined) fields[name] = inSequence(fields[name] as Callback | undefined, hook);
  }
  return fields;
}

function inSequence(theirs: Callback | null | undefined, ours: Hook): Callback {
  return async function (this: unknown, index, logs) {
    await theirs?.call(this, index, logs);
    await ours(index, logs);
  };
}
