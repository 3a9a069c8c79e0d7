import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';

/** The deepest nesting, far deeper than real values. A cycle exceeds every limit. */
const DEEPEST = 1_000;

/** A value that JSON can represent. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * Returns the canonical text of a JSON value by RFC 8785 (JSON Canonicalization Scheme): no white space, keys sorted
 * by UTF-16 code units, numbers as ECMAScript prints them. Leaves out absent (`undefined`) properties, and refuses
 * values that have no JSON form.
 *
 * @example
 * ```ts
 * import { canonicalJson } from '@tidemark/core';
 *
 * canonicalJson({ b: 1, a: [true, 'x'] }); // {"a":[true,"x"],"b":1}
 * ```
 *
 * @throws INVALID_ARGUMENT for a number that is not finite, a bigint, a function, a cycle
 */
export function canonicalJson(value: Json): string {
  return textOf(value, 0);
}

function textOf(value: Json, depth: number): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  assertArguments({ value }, 'canonicalJson', { value: 'object' });
  if (typeof value !== 'object' || depth > DEEPEST) throw noJson();
  if (isArray(value)) return `[${value.map((item) => textOf(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${textOf(value[key] as Json, depth + 1)}`);
  return `{${members.join(',')}}`;
}

function isArray(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function noJson(): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    'The value of canonicalJson has no JSON form: a number is not finite, or it is deeper than 1,000 levels, as a cycle is. Give finite numbers and no cycles.',
  );
}
