import { readFileSync, statSync } from 'node:fs';
import { assertArguments, TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { writePrivateFile } from '../write-private-file.ts';
import type { TokenRecord } from './access-token.ts';
import { isPasswordHash } from './password-hash.ts';
import { type GrantedRole, ROLES } from './role.ts';

/** The version of the file's form. */
const FORMAT = 1;

/** One user of the file. */
export interface UserRecord {
  readonly name: string;
  readonly role: GrantedRole;
  readonly experiments: Readonly<Record<string, GrantedRole>>;
  readonly models: Readonly<Record<string, GrantedRole>>;
  /** A hash made by `hashPassword`; a user without one has tokens alone. */
  readonly password?: string;
  readonly tokens: readonly TokenRecord[];
}

/** What the file says. */
export interface AuthFile {
  readonly users: readonly UserRecord[];
}

/** A user's name: no blanks or control characters, and no `:`, which ends the name in HTTP basic. */
export const USER_NAME: RegExp = /^[^\s:\p{C}]{1,100}$/u;

const role = z.enum(ROLES);
const grants = z.record(z.string(), z.enum([...ROLES, 'none']));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const token = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: z.string(),
  sha256,
  createdAtMs: z.int(),
  expiresAtMs: z.int().optional(),
  role: role.optional(),
});
// Strict: a key with a typing mistake must not quietly grant more than was meant.
const user = z.strictObject({
  name: z.string().regex(USER_NAME),
  role: z.enum([...ROLES, 'none']),
  experiments: grants.default({}),
  models: grants.default({}),
  password: z.string().refine(isPasswordHash, 'is no scrypt hash').optional(),
  tokens: z.array(token).default([]),
});
const schema = z
  .strictObject({ format: z.literal(FORMAT), users: z.array(user) })
  .refine(({ users }) => distinct(users.map(({ name }) => name)), 'two users have one name')
  .refine(
    ({ users }) => distinct(users.flatMap(({ tokens }) => tokens.map(({ id }) => id))),
    'two tokens have one id',
  );

/**
 * Reads the users and tokens from the text of a file.
 * @throws AUTH_FILE_INVALID
 */
function parseAuthFile(text: string, path: string): AuthFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // Not the parser's message: it quotes the file.
    throw invalid(path, 'is no JSON', { cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(path, `is not right at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
  }
  // Absent and undefined are one in zod, not in our types.
  return JSON.parse(JSON.stringify({ users: parsed.data.users })) as AuthFile;
}

/**
 * Reads the file of users and tokens, which only its owner (and group) may read or change.
 * @throws AUTH_FILE_INVALID
 */
export function readAuthFile(path: string): AuthFile {
  assertArguments({ path }, 'readAuthFile', { path: 'string' });
  let text: string;
  try {
    assertPrivate(path, statSync(path).mode);
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof TidemarkError) throw cause;
    throw invalid(path, 'cannot be read', { cause });
  }
  return parseAuthFile(text, path);
}

/**
 * Checks users and tokens as reading them does: what could not be read back is not written, or passed on.
 * @throws INVALID_ARGUMENT
 */
export function assertAuthFile(file: AuthFile): void {
  assertArguments({ file }, 'assertAuthFile', { file: 'record' });
  assertArguments(file, 'assertAuthFile', { users: 'objects' });
  let problem = 'cannot be read';
  try {
    const parsed = schema.safeParse({ format: FORMAT, users: file.users });
    if (parsed.success) return;
    const [issue] = parsed.error.issues;
    problem = `are not right at ${issue?.path.join('.') || 'their top'}: ${issue?.message}`;
  } catch {
    // A proxy whose traps throw.
  }
  throw new TidemarkError('INVALID_ARGUMENT', `The users and tokens ${problem}.`);
}

/**
 * Puts the file in place whole, readable by its owner alone, and synced.
 * @throws AUTH_FILE_INVALID; INVALID_ARGUMENT for what could not be read back
 */
export function writeAuthFile(path: string, file: AuthFile): void {
  assertArguments({ path }, 'writeAuthFile', { path: 'string' });
  assertAuthFile(file);
  try {
    writePrivateFile(path, `${JSON.stringify({ format: FORMAT, ...file }, null, 2)}\n`);
  } catch (cause) {
    throw invalid(path, 'cannot be written', { cause });
  }
}

function assertPrivate(path: string, mode: number): void {
  if (process.platform === 'win32' || (mode & 0o007) === 0) return;
  throw invalid(path, `can be read or changed by anyone on this machine; run chmod 600 ${path}`);
}

function distinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

function invalid(path: string, problem: string, options: { cause?: unknown } = {}): TidemarkError {
  return new TidemarkError(
    'AUTH_FILE_INVALID',
    `The file of users ${path} ${problem}. Make and change it with: tidemark auth --help`,
    { ...options, details: { path } },
  );
}
