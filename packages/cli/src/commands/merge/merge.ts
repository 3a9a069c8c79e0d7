import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { MergeOptions } from './merge-stores.ts';

/** `tidemark merge`. */
export const merge: CommandDefinition = {
  name: 'merge',
  summary: 'Merge the runs, artifacts and models of another store into this one.',
  arguments: [argument('<other>', 'the folder of the other store; it is only read')],
  options: [
    option('--rebase', 'replay its changes of models that changed in both stores'),
    option('--dry-run', 'compare everything without writing'),
    JSON_OUTPUT,
    STORE_TO_CHANGE,
  ],
  async action(other: string, options: MergeOptions, terminal: Terminal) {
    const { mergeOtherStore } = await import('./merge-stores.ts');
    await mergeOtherStore(other, options, terminal);
  },
};
