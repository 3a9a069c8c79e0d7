import { z } from 'zod';
import { invalidParameter } from '../wire/wire-error.ts';

const TOKEN = z.object({ offset: z.int().nonnegative() });

/**
 * A page token that counts: MLflow's own form, base64 of `{"offset": N}`. Good for what only grows at its
 * end or is read at once, as the history of a metric; searches have tokens of their own.
 */
export function formatOffset(offset: number): string {
  return btoa(`{"offset": ${offset}}`);
}

/** 0 without a token. @throws WireError */
export function parseOffset(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  try {
    return TOKEN.parse(JSON.parse(atob(token))).offset;
  } catch (error) {
    throw invalidParameter('Invalid page token, could not base64-decode', error);
  }
}
