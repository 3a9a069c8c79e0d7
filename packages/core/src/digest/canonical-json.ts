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
 * properties are left out; a non-finite number has no JSON form and throws a TypeError.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`${value} has no JSON form`);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .filter((key) => value[key] !== undefined)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}

function isArray(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
