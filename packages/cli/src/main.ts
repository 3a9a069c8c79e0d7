import { runCli } from './cli.ts';
import { processTerminal } from './terminal.ts';

/** The entry point: the only place that knows the process. */
export async function main(): Promise<void> {
  // A reader that stops early (`tidemark runs | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  process.exitCode = await runCli(process.argv.slice(2), processTerminal());
}
