import type { TidemarkError } from '@tidemark/core';
import { CommanderError } from 'commander';
import { CheckFailed } from './check-failed.ts';
import { buildProgram } from './program.ts';
import { renderProse } from './render/prose.ts';
import { printable } from './render/style.ts';
import type { Terminal } from './terminal.ts';
import { ThingsLeftOut } from './things-left-out.ts';

/** The exit codes, as the help lists them. */
export const EXIT: {
  readonly ok: 0;
  readonly failed: 1;
  readonly usage: 2;
  readonly incomplete: 3;
} = {
  ok: 0,
  failed: 1,
  usage: 2,
  incomplete: 3,
};

/**
 * Runs the command line and returns the exit code: 0 for success, 1 when the command failed (the message has the
 * reason and a stable code), 2 when the call is invalid, 3 when a copy left something out (the report lists each
 * thing). `main` turns 0 into 3 when the store was found damaged.
 *
 * @example
 * ```ts
 * const code = await runCli(['runs', 'list', '--json'], processTerminal());
 * ```
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = buildProgram(terminal);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return await reportFailure(error, terminal);
  }
}

/** Tells the user why a command failed, and returns the exit code. @throws the error if it is not an expected one */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<number> {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof CheckFailed) {
    terminal.error(renderProse(`tidemark: ${error.message}\n`, terminal));
    return EXIT.failed;
  }
  if (error instanceof ThingsLeftOut) {
    terminal.error(renderProse(`tidemark: ${error.message}\n`, terminal));
    return EXIT.incomplete;
  }
  // Loaded only when needed, so that help and usage errors appear at once.
  const { isTidemarkError } = await import('@tidemark/core');
  if (!isTidemarkError(error)) throw error;
  terminal.error(failureText(error, terminal));
  return EXIT.failed;
}

function failureText({ code, message }: TidemarkError, terminal: Terminal): string {
  const [said = '', ...rest] = message.split('\n').map(printable);
  const lines = [
    ...renderProse(`tidemark: ${said}`, terminal).split('\n'),
    ...rest.flatMap((line, at) =>
      isDrawn(line, rest[at + 1]) ? [line] : renderProse(line, terminal).split('\n'),
    ),
  ];
  // After several lines, such as the position in a filter, the code has its own line.
  const end = `${lines.at(-1)} [${code}]`;
  if (rest.length === 0 && end.length <= terminal.width) lines[lines.length - 1] = end;
  else lines.push(`[${code}]`);
  if (code === 'STORE_DAMAGED') lines.push('To examine the store: tidemark doctor');
  return `${lines.join('\n')}\n`;
}

/** Returns whether a line points at a position in the line above it, or is that line. Such lines are not wrapped. */
function isDrawn(line: string, next = ''): boolean {
  return [line, next].some((text) => /^ *\^ *$/.test(text));
}
