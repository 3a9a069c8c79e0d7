import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { OWNER, PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge tag`. */
export const tag: CommandDefinition = {
  name: 'tag',
  summary: 'Remove a tag permanently.',
  arguments: [OWNER, argument('<key>', 'the key of the tag')],
  options: PURGING,
  async action(owner: string, key: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('tag', owner, key, options, terminal);
  },
};
