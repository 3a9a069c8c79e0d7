import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * scrypt with N = 2^15, r = 8, p = 3: one of the settings that OWASP's password storage page gives, and the
 * one with the least memory (32 MiB), since a server may check several at the same time.
 */
const COST: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The most passwords that are checked at the same time. Others wait, which bounds memory and processor time.
 */
const CHECKS_AT_ONCE = 2;

const FORM = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]{16,128})\$([\w-]{16,128})$/;

/** Parameters of scrypt (RFC 7914). A hash contains its own, so that they can be raised later. */
export interface PasswordCost {
  /** A power of two. Memory and time grow with it. */
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Returns whether a text has the form of a hash from `hashPassword`. */
export function isPasswordHash(text: string): boolean {
  return FORM.test(text);
}

/**
 * Returns the hash of a password for the file of users: `scrypt$N$r$p$salt$hash`, salt and hash in base64url.
 *
 * @example
 * ```ts
 * const hash = await hashPassword('correct horse');
 * const users = setPassword(readAuthFile('users.json'), 'ada', hash);
 * ```
 */
export async function hashPassword(password: string, cost: PasswordCost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, cost);
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Returns whether a password matches a hash. The comparison takes the same time for every answer. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parts = FORM.exec(stored);
  if (parts === null) return false;
  const [, N, r, p, salt = '', expected = ''] = parts;
  const hash = Buffer.from(expected, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), hash.length, cost);
  return timingSafeEqual(actual, hash);
}

/** Takes the time of a check for a user that does not exist, so that the time reveals nothing. */
export async function verifyNothing(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), HASH_BYTES, COST);
  return false;
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(
  password: string,
  salt: Buffer,
  length: number,
  cost: PasswordCost,
): Promise<Buffer> {
  if (running >= CHECKS_AT_ONCE) await new Promise<void>((start) => waiting.push(start));
  else running += 1;
  try {
    return await new Promise((resolve, reject) => {
      const options = { ...cost, maxmem: MEMORY_LIMIT_BYTES };
      // NFKC, so that one password typed on two keyboards is one password (RFC 8265).
      scrypt(password.normalize('NFKC'), salt, length, options, (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      });
    });
  } finally {
    // The place passes to the next in the queue, so that no other call gets in between.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
