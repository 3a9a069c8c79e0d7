import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../access/access.ts';

/** What is kept of a token; the token itself is shown once and stored nowhere. */
export interface TokenRecord {
  /** 12 hexadecimal digits, part of the token: what a person names to revoke it. */
  readonly id: string;
  /** What it is for. */
  readonly name: string;
  /** SHA-256 of the whole token, 64 hexadecimal digits. Its 256 random bits need no slow hash. */
  readonly sha256: string;
  readonly createdAtMs: number;
  /** Refused from then on; without it the token lasts until it is revoked. */
  readonly expiresAtMs?: number;
  /** The most that the token allows, whatever its user may do. */
  readonly role?: Role;
}

/** What a new token is to be. */
export interface TokenDraft {
  readonly name: string;
  readonly nowMs: number;
  readonly expiresAtMs?: number;
  readonly role?: Role;
}

const FORM = /^tdm_([0-9a-f]{12})_[\w-]{43}$/;

/**
 * Makes a token, `tdm_<id>_<secret>`: the prefix lets scanners find leaked ones, the id lets people name
 * them, the secret is 256 random bits.
 */
export function newAccessToken(draft: TokenDraft): { token: string; record: TokenRecord } {
  const id = randomBytes(6).toString('hex');
  const token = `tdm_${id}_${randomBytes(32).toString('base64url')}`;
  const { name, nowMs, expiresAtMs, role } = draft;
  return {
    token,
    record: {
      id,
      name,
      sha256: digestOf(token).toString('hex'),
      createdAtMs: nowMs,
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      ...(role === undefined ? {} : { role }),
    },
  };
}

/** The id inside a token; `undefined` when the text is no token of ours. */
export function accessTokenId(token: string): string | undefined {
  return FORM.exec(token)?.[1];
}

/** Whether a token is the one of a record; the comparison takes the same time for every answer. */
export function isTokenOf(token: string, record: TokenRecord): boolean {
  return timingSafeEqual(digestOf(token), Buffer.from(record.sha256, 'hex'));
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
