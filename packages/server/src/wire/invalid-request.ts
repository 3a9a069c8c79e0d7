import type { z } from 'zod';
import type { ReadRequest } from './read-request.ts';
import { invalidParameter, type WireError } from './wire-error.ts';

const SEE_DOCS = 'See the API docs for more information about request parameters.';
/** The longest value that a message repeats, in characters. */
const QUOTED_LENGTH = 500;

/** Returns the error for a message without a required field, in MLflow's words. */
export function missingParameter(name: string, cause?: unknown): WireError {
  return invalidParameter(`Missing value for required parameter '${name}'. ${SEE_DOCS}`, cause);
}

/**
 * Returns the error for a message that does not match its schema, in MLflow's words, which clients match
 * (utils/validation.py). It names the missing field, or the value with the name of its type in Python.
 */
export function invalidRequest(error: z.ZodError, { fields, text }: ReadRequest): WireError {
  const issue = firstIssue(error);
  const { path, value } = nearestGiven(fields, issue.path);
  const name = parameterName(path);
  if (value === undefined || value === null || value === '') {
    return missingParameter(name, error);
  }
  // A check with its own message.
  if (issue.code === 'custom' && issue.message !== 'Invalid input') {
    return invalidParameter(issue.message, error);
  }
  const shown = quoted(value, path, text);
  return invalidParameter(
    `Invalid value ${shown} for parameter '${name}' supplied:  Hint: Value was of type '${pythonType(value, shown)}'. ${SEE_DOCS}`,
    error,
  );
}

function firstIssue(error: z.ZodError): z.core.$ZodIssue {
  const [issue] = error.issues;
  if (issue === undefined) throw error;
  return issue;
}

/** Returns a name such as `metrics[0].timestamp`. */
function parameterName(path: readonly PropertyKey[]): string {
  let name = '';
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`;
    else name += name === '' ? String(part) : `.${String(part)}`;
  }
  return name;
}

/**
 * Returns the value that an issue concerns. If another value is in its place, such as a text for a list, it returns
 * that.
 */
function nearestGiven(
  fields: unknown,
  path: readonly PropertyKey[],
): { path: readonly PropertyKey[]; value: unknown } {
  let value = fields;
  for (const [index, part] of path.entries()) {
    if (typeof value !== 'object' || value === null) return { path: path.slice(0, index), value };
    value = Object.hasOwn(value, part) ? (value as Record<PropertyKey, unknown>)[part] : undefined;
    if (value === undefined) return { path, value };
  }
  return { path, value };
}

function quoted(value: unknown, path: readonly PropertyKey[], text: string | undefined): string {
  const shown = typeof value === 'number' ? numberText(value, path, text) : jsonText(value);
  return shown.length > QUOTED_LENGTH ? `${shown.slice(0, QUOTED_LENGTH)}…` : shown;
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    // JSON.stringify overflows the stack for a very deep value, which only an attack sends.
    if (error instanceof RangeError) return '…';
    throw error;
  }
}

/** Returns a number as the client wrote it. Python does not treat 9.0 as an int, and parsing has made it 9. */
function numberText(value: number, path: readonly PropertyKey[], text: string | undefined): string {
  const name = path.at(-1);
  if (text === undefined || typeof name !== 'string') return String(value);
  const key = JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const written = new RegExp(`${key}\\s*:\\s*(-?\\d[\\d.eE+-]*)`).exec(text)?.[1];
  return written !== undefined && Number(written) === value ? written : String(value);
}

function pythonType(value: unknown, shown: string): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'number':
      return /^-?\d+$/.test(shown) ? 'int' : 'float';
    default:
      return Array.isArray(value) ? 'list' : 'dict';
  }
}
