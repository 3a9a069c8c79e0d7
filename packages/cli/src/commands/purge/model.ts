import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge model`. */
export const model: CommandDefinition = {
  name: 'model',
  summary: 'Remove a logged model permanently.',
  arguments: [argument('<model>', 'the id of a logged model, m-…')],
  options: PURGING,
  async action(said: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('model', said, undefined, options, terminal);
  },
};
