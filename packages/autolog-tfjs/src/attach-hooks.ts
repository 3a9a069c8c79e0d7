import type { TfjsHost, TfjsLogs } from './tfjs-types.ts';

/** The hooks of autologging into a training. None of them throws or rejects. */
export interface FitHooks {
  readonly onBatchBegin?: Hook;
  readonly onBatchEnd?: Hook;
  readonly onEpochEnd: Hook;
}

/** Called with the number of the batch or epoch, from 0, and its logs. */
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
 * The `callbacks` of a training with the hooks put behind what the user gave. TF.js takes a config,
 * a Callback, or a list of either kind, and tells the kinds apart by the first of the list. A config
 * makes TF.js yield to the event loop, so a config is extended instead of joined by another one.
 */
export function attachHooks(tf: TfjsHost, callbacks: unknown, hooks: FitHooks): unknown {
  const base: object = Object.getPrototypeOf(tf.Callback.prototype);
  const isCallback = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(base, value);
  // Made by its prototype, since the constructor of Callback insists on nothing that is needed here.
  const ours = Object.assign(Object.create(base), hooks);

  if (callbacks === undefined || callbacks === null) return extended({}, hooks);
  if (isCallback(callbacks)) return [callbacks, ours];
  if (!Array.isArray(callbacks)) return extended(callbacks, hooks);
  if (callbacks.length === 0 || isCallback(callbacks[0])) return [...callbacks, ours];
  const last = callbacks.findLastIndex((it) => !isCallback(it));
  return callbacks.map((it, i) => (i === last ? extended(it as CallbackConfig, hooks) : it));
}

function extended(config: CallbackConfig, hooks: FitHooks): Record<string, unknown> {
  // Field by field: a config may be an instance of a class, with methods on its prototype.
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
