import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';

/** Deeper than any value that is kept; a cycle is deeper than everything. */
const DEEPEST = 1_000;

/** A value that JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * The one text of a JSON value: RFC 8785 (JSON Canonicalization Scheme), that is, no white space,
 * keys sorted by UTF-16 code units, numbers as ECMAScript prints them. Absent (`undefined`)
 * properties are left out; what has no JSON form is refused.
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
    'The value of canonicalJson has no JSON form: a number is not finite, or it is deeper than 1,000 levels, as a cycle is.',
  );
}
