import { processTerminal, runCli } from '@tidemark/cli';

// `tidemark server`, in a process of its own.
process.exitCode = await runCli(['server', ...process.argv.slice(2)], processTerminal());
