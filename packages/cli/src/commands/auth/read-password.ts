import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { TidemarkError } from '@tidemark/core';
import { hashPassword } from '@tidemark/server';
import type { Terminal } from '../../terminal.ts';

/** The shortest password that is taken (NIST SP 800-63B asks for eight). */
const SHORTEST = 8;

/**
 * Reads a password: the first line of what is piped in, or what a person types, which is not shown. It is
 * never taken from the command line, where every user of the machine could read it.
 * @throws INVALID_ARGUMENT for one that is too short
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
    `A password needs at least ${SHORTEST} characters. Type it, or pipe it in: printf '%s\\n' "$PASSWORD" | tidemark auth …`,
  );
}

/** Reads a password from this process, and gives what may be kept of it. @throws INVALID_ARGUMENT for one that is too short */
export async function readNewPassword(terminal: Pick<Terminal, 'error'>): Promise<string> {
  return hashPassword(await readPassword(process.stdin, terminal));
}
