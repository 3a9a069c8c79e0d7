import { sha256Hex } from '@tidemark/core';
import { z } from 'zod';
import { invalidParameter } from '../wire/wire-error.ts';

const TOKEN = z.object({ offset: z.int().nonnegative(), of: z.string() });

/**
 * Returns a page token that counts, for one list: MLflow's own form, base64 of `{"offset": N}`, with a digest of
 * the list. It fits lists that only grow at the end or are read at once, such as the history of a metric. Searches
 * have other tokens.
 */
export function formatOffset(offset: number, list: readonly string[]): string {
  return btoa(JSON.stringify({ offset, of: digestOf(list) }));
}

/**
 * Parses a page token; without one the offset is 0.
 * @throws WireError for a broken token, or one of another list
 */
export function parseOffset(token: string | undefined, list: readonly string[]): number {
  if (token === undefined || token === '') return 0;
  const { offset, of } = decode(token);
  if (of === digestOf(list)) return offset;
  throw invalidParameter(
    'Invalid page token, it belongs to another list. Start again without a token.',
  );
}

function decode(token: string): z.infer<typeof TOKEN> {
  try {
    return TOKEN.parse(JSON.parse(atob(token)));
  } catch (error) {
    // MLflow's clients match this text.
    throw invalidParameter('Invalid page token, could not base64-decode', error);
  }
}

function digestOf(list: readonly string[]): string {
  return sha256Hex(JSON.stringify(list)).slice(0, 16);
}

/** Refuses a page token for a list that has one page. @throws WireError for a token */
export function assertNoToken(token: string | undefined): void {
  if (token === undefined || token === '') return;
  throw invalidParameter(
    'Invalid page token: this list has one page and no tokens. Start again without a token.',
  );
}
