import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { OWNER, PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge artifact`. */
export const artifact: CommandDefinition = {
  name: 'artifact',
  summary: 'Remove an artifact permanently.',
  arguments: [
    OWNER,
    argument('<path>', 'the path of a file, or of a folder with everything in it'),
  ],
  options: PURGING,
  async action(owner: string, path: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('artifact', owner, path, options, terminal);
  },
};
