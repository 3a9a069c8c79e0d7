import { processTerminal, runCli } from '@tidemark/cli';

// `tidemark server`, as a separate process.
process.exitCode = await runCli(['server', ...process.argv.slice(2)], processTerminal());
