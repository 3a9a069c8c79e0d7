import type { ParamValue } from '@tidemark/core';
import type { FitArgs, FitMethod, TrainableModel } from './tfjs-types.ts';

/** Arguments that are data, code or display, which MLflow does not log either. */
const NOT_PARAMS: ReadonlySet<string> = new Set([
  'callbacks',
  'sampleWeight',
  'validationData',
  'verbose',
  'yieldEvery',
]);

/** The defaults of `fit` (tfjs-layers, `LayersModel.fit`). */
const FIT_DEFAULTS: FitArgs = { batchSize: 32, epochs: 1, initialEpoch: 0, shuffle: true };

/**
 * The params of a training, under the names that MLflow's Keras autologging uses (keras/autologging.py):
 * the arguments of `fit` in snake case with their defaults, `optimizer_name` and `optimizer_<k>`; and
 * `loss` and `metrics`, which MLflow leaves out.
 */
export function fitParams(
  model: TrainableModel,
  method: FitMethod,
  args: FitArgs,
): Record<string, ParamValue> {
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  const all = { ...(method === 'fit' ? FIT_DEFAULTS : {}), ...Object.fromEntries(given) };
  const params: Record<string, ParamValue> = {};
  for (const [name, value] of Object.entries(all)) {
    const param = NOT_PARAMS.has(name) ? undefined : plainValue(value);
    if (param !== undefined) params[snakeCase(name)] = param;
  }
  return {
    ...params,
    ...optimizerParams(model),
    ...named('loss', model.loss),
    ...named('metrics', model.metrics),
  };
}

function optimizerParams(model: TrainableModel): Record<string, ParamValue> {
  const { optimizer } = model;
  if (optimizer === undefined || optimizer === null) return {};
  const params: Record<string, ParamValue> = { optimizer_name: optimizer.getClassName() };
  for (const [key, value] of Object.entries(optimizer.getConfig())) {
    const param = plainValue(value);
    if (param !== undefined) params[`optimizer_${snakeCase(key)}`] = param;
  }
  return params;
}

/** The param of a loss or metrics, which are names, functions, lists of them, or objects by output. */
function named(key: string, value: unknown): Record<string, ParamValue> {
  const names = namesOf(value);
  return names === undefined ? {} : { [key]: names };
}

function namesOf(value: unknown): ParamValue | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return value.name || 'custom';
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(namesOf);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, namesOf(it)]));
}

/** The value as a param: a plain value, or a small plain structure such as class weights; else undefined. */
function plainValue(value: unknown): ParamValue | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object') return undefined;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
  return isPlain ? { ...value } : undefined;
}

/** Converts to Keras' spelling: `batchSize` to `batch_size`, `beta1` to `beta_1`. */
function snakeCase(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([a-z])(\d)/g, '$1_$2')
    .toLowerCase();
}
