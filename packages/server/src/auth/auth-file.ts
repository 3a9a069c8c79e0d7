import { readFileSync, statSync } from 'node:fs';
import { assertArguments, TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import { writePrivateFile } from '../write-private-file.ts';
import type { TokenRecord } from './access-token.ts';
import { isPasswordHash } from './password-hash.ts';
import { type GrantedRole, ROLES } from './role.ts';

/** The version of the file format. */
const FORMAT = 1;

/** One user of the file. */
export interface UserRecord {
  readonly name: string;
  readonly role: GrantedRole;
  readonly experiments: Readonly<Record<string, GrantedRole>>;
  readonly models: Readonly<Record<string, GrantedRole>>;
  /** A hash from `hashPassword`. A user without one can log in with tokens only. */
  readonly password?: string;
  readonly tokens: readonly TokenRecord[];
}

/** The users and tokens of a server. */
export interface AuthFile {
  readonly users: readonly UserRecord[];
}

/**
 * Matches the name of a user: no blanks or control characters, and no `:`, which ends the name in HTTP basic.
 */
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
// Strict, so that a misspelt key cannot grant more than was meant.
const user = z.strictObject({
  name: z.string().regex(USER_NAME),
  role: z.enum([...ROLES, 'none']),
  experiments: grants.default({}),
  models: grants.default({}),
  password: z.string().refine(isPasswordHash, 'is not a scrypt hash').optional(),
  tokens: z.array(token).default([]),
});
const schema = z
  .strictObject({ format: z.literal(FORMAT), users: z.array(user) })
  .refine(({ users }) => distinct(users.map(({ name }) => name)), 'two users have one name')
  .refine(
    ({ users }) => distinct(users.flatMap(({ tokens }) => tokens.map(({ id }) => id))),
    'two tokens have one id',
  );

/** Parses the text of a file of users and tokens. @throws AUTH_FILE_INVALID */
function parseAuthFile(text: string, path: string): AuthFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's message is left out, because it quotes the file.
    throw invalid(path, 'is not JSON', { cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(path, `is invalid at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`);
  }
  // zod treats absent and undefined alike, our types do not.
  return JSON.parse(JSON.stringify({ users: parsed.data.users })) as AuthFile;
}

/**
 * Reads a file of users and tokens. Only its owner (and group) may read or change it.
 * @throws AUTH_FILE_INVALID
 *
 * @example
 * ```ts
 * const users = readAuthFile('users.json');
 * writeAuthFile('users.json', setRole(users, 'ada', 'approver', { model: 'penguins' }));
 * ```
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
 * Checks users and tokens by the rules of reading, so that no invalid file is written or passed on.
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
    problem = `are invalid at ${issue?.path.join('.') || 'their top'}: ${issue?.message}`;
  } catch {
    // A proxy whose traps throw.
  }
  throw new TidemarkError('INVALID_ARGUMENT', `The users and tokens ${problem}.`);
}

/**
 * Writes the file atomically and durably. Only its owner can read it.
 * @throws AUTH_FILE_INVALID when it cannot be written; INVALID_ARGUMENT for users that could not be read back
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
    `The file of users ${path} ${problem}. Create and change it with the commands of: tidemark auth --help`,
    { ...options, details: { path } },
  );
}
