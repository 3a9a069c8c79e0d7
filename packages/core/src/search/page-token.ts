import { z } from 'zod';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { sha256Hex } from '../digest/sha256.ts';
import { TidemarkError } from '../errors.ts';
import type { FieldType } from '../query/search-target.ts';
import type { SortValues } from '../query/sort-values.ts';

/** Bumped when the order of items or the coding changes, so that old tokens are refused and not misread. */
const VERSION = 1;

const TOKEN = z.object({
  v: z.literal(VERSION),
  /** Which search the token is of. */
  q: z.string(),
  /** What the page's last item is ordered by; `{ n }` is a number that JSON cannot hold. */
  k: z.array(
    z.union([
      z.null(),
      z.string(),
      z.number(),
      z
        .object({ n: z.enum(['NaN', 'Infinity', '-Infinity']) })
        .transform(({ n }): number => Number(n)),
    ]),
  ),
});

/** A short name of a search: the tokens of another filter, order or scope are not for it. */
export function searchDigest(search: Json): string {
  return sha256Hex(canonicalJson(search)).slice(0, 16);
}

/** The token for the page behind `last`, in base64url. */
export function formatPageToken(search: string, last: SortValues): string {
  const k = last.map((value) =>
    typeof value === 'number' && !Number.isFinite(value) ? { n: String(value) } : value,
  );
  const bytes = new TextEncoder().encode(JSON.stringify({ v: VERSION, q: search, k }));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Where the page before ended.
 * @throws INVALID_ARGUMENT for a token that is broken, or of another search
 */
export function parsePageToken(
  search: string,
  types: readonly FieldType[],
  token: string,
): SortValues {
  const parsed = TOKEN.safeParse(decode(token));
  if (!parsed.success) {
    throw invalidToken('it is not one of this version of Tidemark', token, parsed.error);
  }
  const { q, k } = parsed.data;
  if (q !== search) throw invalidToken('it is of a search with another filter or order', token);
  const fits = (type: FieldType, index: number): boolean =>
    k[index] === null || typeof k[index] === type;
  if (k.length !== types.length || !types.every(fits)) {
    throw invalidToken('its values are not those of the order', token);
  }
  return k;
}

function decode(token: string): unknown {
  try {
    const binary = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // MLflow's words, which clients match on.
    throw invalidToken('could not base64-decode', token, error);
  }
}

function invalidToken(problem: string, token: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `Invalid page token, ${problem}. Begin again without a page token.`,
    { cause, details: { pageToken: token } },
  );
}
