import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { ImportMlrunsCommandOptions } from './import-mlruns.ts';
import { STORE_TO_FILL } from './import-options.ts';

/** `tidemark import mlruns`. */
export const mlruns: CommandDefinition = {
  name: 'mlruns',
  summary: "Import MLflow's file store: experiments, runs, artifacts, models.",
  arguments: [argument('<folder>', 'the folder, usually called mlruns; it is only read')],
  options: [
    STORE_TO_FILL,
    option('--dry-run', 'read and check everything without writing'),
    JSON_OUTPUT,
  ],
  async action(folder: string, _: unknown, terminal: Terminal, command: Command) {
    const { importMlrunsFolder } = await import('./import-mlruns.ts');
    // `import` has the same options, and commander gives them to the first command that has them.
    const options = command.optsWithGlobals<ImportMlrunsCommandOptions>();
    await importMlrunsFolder(folder, options, terminal);
  },
};
