import { TidemarkError } from '@tidemark/core';
import type { KeyValueMessage } from './messages/key-value.ts';
import type { RestRequest } from './rest-client.ts';

/** The most params of one call (MLflow: utils/validation.py). */
export const MAX_PARAMS = 100;
/** The most tags of one call. */
export const MAX_TAGS = 100;

/** A call of the server. */
export interface AppendCall extends RestRequest {
  /** Whether the answer "does not exist" is a success, because the call removes something. */
  readonly goneIsFine?: boolean;
}

/** Returns a POST for a subject. */
export function post(
  subject: AppendCall['subject'],
  path: string,
  body: unknown,
  goneIsFine = false,
): AppendCall {
  return { method: 'POST', path, body, subject, goneIsFine };
}

/** Returns params or tags in the form of MLflow's batches. */
export function keyValues(entries: Iterable<readonly [string, string]>): KeyValueMessage[] {
  return [...entries].map(([key, value]) => ({ key, value }));
}

/** Returns the items in order, in groups of at most `size`. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const result: Item[][] = [];
  for (let at = 0; at < items.length; at += size) result.push(items.slice(at, at + size));
  return result;
}

/** Returns the error for a feature that a server with MLflow's protocol does not have. */
export function unsupported(what: string): TidemarkError {
  return new TidemarkError(
    'CAPABILITY_MISSING',
    `A tracking server that speaks MLflow's REST API cannot ${what}. Nothing was written. Use a store in a folder, or a Tidemark server, for this call.`,
  );
}
