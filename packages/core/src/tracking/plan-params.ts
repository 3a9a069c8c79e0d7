import { TidemarkError } from '../errors.ts';
import type { ParamsLogged } from '../events/kinds/params.ts';
import type { RunId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertKey } from '../model/names.ts';
import {
  assertArguments,
  assertRecord,
  assertString,
  isOfKind,
  kindOf,
} from '../model/plain-input.ts';

/**
 * A value of a param. It is stored as text: objects and arrays as JSON, typed arrays as arrays, and NaN and the
 * infinities inside them as the strings "NaN", "Infinity" and "-Infinity", because JSON has no such numbers. Values
 * that JSON would drop (a Map, a Set, a RegExp, a function) are refused.
 */
export type ParamValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | readonly unknown[]
  | { readonly [key: string]: unknown };

/**
 * Checks params against the rules and against the params that the run has. Returns the event to append, or
 * `undefined` if nothing is new. A param keeps its first value; you may log the same value again.
 * @throws INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT
 */
export function planParams(
  runId: RunId,
  params: Readonly<Record<string, ParamValue>>,
  known: ReadonlyMap<string, string>,
): ParamsLogged | undefined {
  assertString(runId, 'The run id');
  if (!isOfKind(known, 'map')) assertArguments({ known }, 'planParams', { known: 'map' });
  const fresh = newParams(params, known, `run ${runId}`);
  return fresh && { kind: 'params', run: runId, params: fresh };
}

/**
 * Returns the texts of those params that `owner` (its name in messages) does not have yet; `undefined` if nothing is
 * new. @throws INVALID_KEY, INVALID_ARGUMENT, PARAM_CONFLICT
 */
export function newParams(
  params: Readonly<Record<string, ParamValue>>,
  known: ReadonlyMap<string, string>,
  owner: string,
): Record<string, string> | undefined {
  const fresh: [string, string][] = [];
  assertRecord(params, 'params');
  for (const [key, value] of Object.entries(params)) {
    assertKey(key, 'param');
    const text = paramText(key, value);
    const before = known.get(key);
    if (before === undefined) fresh.push([key, text]);
    else if (before !== text) {
      throw new TidemarkError(
        'PARAM_CONFLICT',
        `The param ${JSON.stringify(key)} of ${owner} is ${JSON.stringify(before)} already and params are written once; ${JSON.stringify(text)} was refused. Log the new value in a new run, or as a tag.`,
        { details: { owner, key, value: before, rejected: text } },
      );
    }
  }
  return fresh.length === 0 ? undefined : Object.fromEntries(fresh);
}

function paramText(key: string, value: ParamValue): string {
  const text = textOf(key, value);
  if (text.length > LIMITS.paramValueLength) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The value of param ${JSON.stringify(key)} has ${text.length} characters; at most ${LIMITS.paramValueLength} are allowed. Log it as an artifact with logText.`,
      { details: { key } },
    );
  }
  return text;
}

function textOf(key: string, value: ParamValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
    return String(value);
  }
  if (value === null) return 'null';
  let cause: unknown;
  if (typeof value === 'object') {
    try {
      // Undefined for a value without JSON, such as an object whose toJSON returns nothing.
      const text = JSON.stringify(value, kept) as string | undefined;
      if (text !== undefined) return text;
    } catch (error) {
      cause = error;
    }
  }
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The param ${JSON.stringify(key)} is ${kindOf(value)}, which has no text. Give a string, number, boolean or JSON value.`,
    { cause, details: { key } },
  );
}

/** The replacer for JSON. It keeps or refuses values that `JSON.stringify` would silently change. */
function kept(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError(typeof value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && 'length' in value) return Array.from(value as Uint8Array);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain && Object.keys(value).length === 0) throw new TypeError('nothing that JSON keeps');
  return value;
}

/**
 * Returns the texts of a logged model's params, with the checks of a run's params. @throws INVALID_KEY,
 * INVALID_ARGUMENT
 */
export function paramTexts(params: Readonly<Record<string, ParamValue>>): Record<string, string> {
  assertRecord(params, 'params');
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      assertKey(key, 'param');
      return [key, paramText(key, value)];
    }),
  );
}
