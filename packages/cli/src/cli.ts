import { CommanderError } from 'commander';
import { CheckFailed } from './check-failed.ts';
import { buildProgram } from './program.ts';
import { printable } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes, as the help says them. */
export const EXIT: { readonly ok: 0; readonly failed: 1; readonly usage: 2 } = {
  ok: 0,
  failed: 1,
  usage: 2,
};

/**
 * Runs the command line and gives the exit code: 0 for success, 1 when the command failed (the
 * message says why, with a stable code), 2 when the call was not understood.
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = buildProgram(terminal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    }
    if (error instanceof CheckFailed) {
      terminal.error(`tidemark: ${error.message}\n`);
      return EXIT.failed;
    }
    // Loaded when it is needed: help and usage errors should come at once.
    const { isTidemarkError } = await import('@tidemark/core');
    if (!isTidemarkError(error)) throw error;
    const message = error.message.split('\n').map(printable).join('\n');
    terminal.error(`tidemark: ${message} [${error.code}]\n`);
    return EXIT.failed;
  }
}
