import { EXIT, reportFailure, runCli } from './cli.ts';
import { closeOpenedStores } from './open.ts';
import { processTerminal } from './terminal.ts';

/** The entry point. Only this file uses the process. */
export async function main(): Promise<void> {
  // A reader that stops early (`tidemark runs | head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  let isDamageMet = false;
  process.on('warning', (warning: NodeJS.ErrnoException) => {
    if (warning.code === 'TIDEMARK_STORE_DAMAGED') isDamageMet = true;
  });
  const terminal = processTerminal();
  let exitCode = await runCli(process.argv.slice(2), terminal);
  try {
    // After the answer, which the user has by now.
    await closeOpenedStores();
  } catch (error) {
    exitCode = await reportFailure(error, terminal);
  }
  // Node prints a warning one turn after it is emitted.
  await new Promise((resolve) => setImmediate(resolve));
  if (isDamageMet) {
    const left = 'The damaged parts in the warnings were left out.';
    terminal.error(`tidemark: ${left} To examine the store: tidemark doctor\n`);
  }
  process.exitCode = exitCode === EXIT.ok && isDamageMet ? EXIT.incomplete : exitCode;
}
