import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { TidemarkError } from '@tidemark/core';
import { hashPassword } from '@tidemark/server';
import type { Terminal } from '../../terminal.ts';

/** The shortest password, in characters (NIST SP 800-63B asks for eight). */
const SHORTEST = 8;

/**
 * Reads a password: the first line of standard input, or what the user types, which is not shown. It is never an
 * argument, because every user of the machine could read it there.
 * @throws INVALID_ARGUMENT for a password that is too short
 */
export async function readPassword(
  input: NodeJS.ReadableStream & Pick<Partial<ReadStream>, 'isTTY'>,
  terminal: Pick<Terminal, 'error'>,
): Promise<string> {
  const typed = input.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: typed });
  if (typed) terminal.error('Password: ');
  let password = '';
  try {
    for await (const line of lines) {
      password = line;
      break;
    }
  } finally {
    lines.close();
    if (typed) terminal.error('\n');
  }
  if (password.length >= SHORTEST) return password;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The password is too short: it needs at least ${SHORTEST} characters. Type it, or pipe it in: printf '%s\\n' "$PASSWORD" | tidemark auth …`,
  );
}

/**
 * Reads a password from this process and returns its hash.
 * @throws INVALID_ARGUMENT for a password that is too short
 */
export async function readNewPassword(terminal: Pick<Terminal, 'error'>): Promise<string> {
  return hashPassword(await readPassword(process.stdin, terminal));
}
