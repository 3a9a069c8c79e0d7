import type { Argument } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { Purgeable, PurgeCommandOptions } from './purge-thing.ts';

/** The argument that names the owner of a param, tag, metric or artifact. */
export const OWNER: Argument = argument(
  '<run>',
  'a run (id or its first characters, name, `latest`), or the id of a logged model',
);

/**
 * Returns the command that purges things of one kind.
 * @param words the summary of the command, and its arguments: the thing, or its owner and its key
 */
export function purgeCommand(
  kind: Purgeable,
  words: Pick<CommandDefinition, 'summary' | 'arguments'>,
): CommandDefinition {
  return {
    name: kind,
    ...words,
    options: [
      STORE_TO_CHANGE,
      option('--yes', 'do it (default: only show what would be removed)'),
      option('--hidden', 'also values that no reader sees: overwritten or deleted ones'),
      option('--reason <text>', 'the reason, which is recorded with your name'),
      JSON_OUTPUT,
    ],
    async action(...call: unknown[]) {
      const { purgeThing } = await import('./purge-thing.ts');
      // The call has the arguments, which number as many as `words` defines, the options and the terminal.
      const named = words.arguments?.length ?? 0;
      const [owner, key] = call.slice(0, named) as [string, string?];
      const [options, terminal] = call.slice(named) as [PurgeCommandOptions, Terminal];
      await purgeThing(kind, owner, key, options, terminal);
    },
  };
}
