import { argument, type CommandDefinition } from '../../command-definition.ts';
import type { Terminal } from '../../terminal.ts';
import { OWNER, PURGING } from './purge-options.ts';
import type { PurgeCommandOptions } from './purge-thing.ts';

/** `tidemark purge param`. */
export const param: CommandDefinition = {
  name: 'param',
  summary: 'Remove a param permanently.',
  arguments: [OWNER, argument('<key>', 'the key of the param')],
  options: PURGING,
  async action(owner: string, key: string, options: PurgeCommandOptions, terminal: Terminal) {
    const { purgeThing } = await import('./purge-thing.ts');
    await purgeThing('param', owner, key, options, terminal);
  },
};
