import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge experiment`. */
export const experiment: CommandDefinition = {
  name: 'experiment',
  summary: 'Remove an experiment with all its runs and models permanently.',
  arguments: [argument('<experiment>', 'the name or id of the experiment')],
  options: PURGING,
  async action(said: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('experiment', said, undefined, options, terminal);
  },
};
