import { assertArguments, TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { type Environment, environmentSchema } from './environment.ts';

const FORMAT = 1;
const formatSchema = z.object({ format: z.number().int().positive() });

/**
 * Formats environment.json: keys sorted by code unit, two spaces, a newline at the end, so that equal environments are
 * equal files.
 */
export function formatEnvironment(environment: Environment): string {
  return `${JSON.stringify(sortedKeys(environment), undefined, 2)}\n`;
}

/**
 * Parses the text of environment.json.
 * @throws STORE_DAMAGED when it is not the JSON of an environment
 * @throws STORE_FORMAT_TOO_NEW when a newer version wrote it
 */
export function parseEnvironment(json: string): Environment {
  assertArguments({ json }, 'parseEnvironment', { json: 'string' });
  const value = parseJson(json);
  const format = formatSchema.safeParse(value);
  if (format.success && format.data.format > FORMAT) {
    throw new TidemarkError(
      'STORE_FORMAT_TOO_NEW',
      `The environment has format ${format.data.format}, but this version reads formats up to ${FORMAT}. Update Tidemark to read it.`,
      { details: { format: format.data.format } },
    );
  }
  const parsed = environmentSchema.safeParse(value);
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error), parsed.error);
  return parsed.data;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
}

function damaged(reason: string, cause: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `The recorded environment is invalid: ${reason}. Restore environment.json from a copy of the run.`,
    { cause },
  );
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortedKeys(item)]));
}
