import { sha256Hex } from '@tidemark/core';
import { z } from 'zod';
import { invalidParameter } from '../wire/wire-error.ts';

const TOKEN = z.object({ offset: z.int().nonnegative(), of: z.string() });

/**
 * A page token that counts, for one list: MLflow's own form, base64 of `{"offset": N}`, and a digest of what
 * the list is of. Good for what only grows at its end or is read at once, as the history of a metric;
 * searches have tokens of their own.
 */
export function formatOffset(offset: number, list: readonly string[]): string {
  return btoa(JSON.stringify({ offset, of: digestOf(list) }));
}

/** 0 without a token. @throws WireError for a token that is broken, or of another list */
export function parseOffset(token: string | undefined, list: readonly string[]): number {
  if (token === undefined || token === '') return 0;
  const { offset, of } = decode(token);
  if (of === digestOf(list)) return offset;
  throw invalidParameter('Invalid page token, it is of another list. Begin again without one.');
}

function decode(token: string): z.infer<typeof TOKEN> {
  try {
    return TOKEN.parse(JSON.parse(atob(token)));
  } catch (error) {
    // MLflow's words, which clients match on.
    throw invalidParameter('Invalid page token, could not base64-decode', error);
  }
}

function digestOf(list: readonly string[]): string {
  return sha256Hex(JSON.stringify(list)).slice(0, 16);
}

/** For a list that is answered whole and gives no tokens. @throws WireError for a token */
export function assertNoToken(token: string | undefined): void {
  if (token === undefined || token === '') return;
  throw invalidParameter(
    'Invalid page token: this list has one page and gives no tokens. Begin again without one.',
  );
}
