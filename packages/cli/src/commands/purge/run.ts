import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge run`. */
export const run: CommandDefinition = {
  name: 'run',
  summary: 'Remove a run permanently.',
  arguments: [argument('<run>', "the run's id or its first characters, its name, or `latest`")],
  options: PURGING,
  async action(said: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('run', said, undefined, options, terminal);
  },
};
