import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { OWNER, PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge metric`. */
export const metric: CommandDefinition = {
  name: 'metric',
  summary: 'Remove a metric permanently.',
  arguments: [OWNER, argument('<key>', 'the key of the metric; its whole history is removed')],
  options: PURGING,
  async action(owner: string, key: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('metric', owner, key, options, terminal);
  },
};
