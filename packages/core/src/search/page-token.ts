import { z } from 'zod';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { sha256Hex } from '../digest/sha256.ts';
import { TidemarkError } from '../errors.ts';
import type { FieldType } from '../query/search-target.ts';
import type { SortValues } from '../query/sort-values.ts';

/**
 * The version of page tokens. It is raised when the order of items or the encoding changes, so that old tokens are
 * refused and not misread.
 */
const VERSION = 1;

const TOKEN = z.object({
  v: z.literal(VERSION),
  /** The digest of the search that the token belongs to. */
  q: z.string(),
  /** The sort values of the page's last item; `{ n }` is a number that JSON cannot represent. */
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

/** Returns a short digest of a search, which differs for another filter, order or scope. */
export function searchDigest(search: Json): string {
  return sha256Hex(canonicalJson(search)).slice(0, 16);
}

/** Returns the token for the page after `last`, in base64url. */
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
 * Returns the sort values of the last item of the page before.
 * @throws INVALID_ARGUMENT if the token is broken, or belongs to another search
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
    // MLflow's words, because clients match on them.
    throw invalidToken('could not base64-decode', token, error);
  }
}

function invalidToken(problem: string, token: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `Invalid page token, ${problem}. Start again without a page token.`,
    { cause, details: { pageToken: token } },
  );
}
