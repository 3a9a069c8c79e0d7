import type { QueryValue } from './query-value.ts';

/**
 * Returns a value for JSON: a whole number beyond ±(2^53 − 1) and a number that JSON lacks are texts, bytes are base64, a
 * Date is ISO 8601.
 */
export function jsonValue(value: QueryValue): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(jsonValue);
  const entries = Object.entries(value as Readonly<Record<string, QueryValue>>);
  return Object.fromEntries(entries.map(([key, item]) => [key, jsonValue(item)]));
}

/** Returns a value as a text of JSON. */
export function jsonTextOf(value: QueryValue): string {
  // Most values are numbers, and their texts are the same in JSON.
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return JSON.stringify(jsonValue(value));
}
