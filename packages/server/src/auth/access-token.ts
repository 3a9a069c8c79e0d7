import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../access/access.ts';

/** The stored part of a token. The token itself is shown once and stored nowhere. */
export interface TokenRecord {
  /** 12 hexadecimal digits, which are also part of the token. You name them to revoke the token. */
  readonly id: string;
  /** The purpose of the token, for people. */
  readonly name: string;
  /** SHA-256 of the whole token, 64 hexadecimal digits. Its 256 random bits need no slow hash. */
  readonly sha256: string;
  readonly createdAtMs: number;
  /** When the token expires, in milliseconds since 1970. Without it the token lasts until it is revoked. */
  readonly expiresAtMs?: number;
  /** The most that the token allows, even if its user may do more. */
  readonly role?: Role;
}

/** The properties of a new token. */
export interface TokenDraft {
  readonly name: string;
  readonly nowMs: number;
  readonly expiresAtMs?: number;
  readonly role?: Role;
}

const FORM = /^tdm_([0-9a-f]{12})_[\w-]{43}$/;

/**
 * Creates a token `tdm_<id>_<secret>`. The prefix lets scanners find leaked tokens, the id lets people name
 * them, and the secret is 256 random bits.
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

/** Returns the id inside a token, or `undefined` when the text is not a token of Tidemark. */
export function accessTokenId(token: string): string | undefined {
  return FORM.exec(token)?.[1];
}

/** Returns whether a token matches a record. The comparison takes the same time for every answer. */
export function isTokenOf(token: string, record: TokenRecord): boolean {
  return timingSafeEqual(digestOf(token), Buffer.from(record.sha256, 'hex'));
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
