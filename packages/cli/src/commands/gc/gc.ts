import { type Command, InvalidArgumentError } from 'commander';
import { type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { CollectGarbageOptions } from './collect-garbage.ts';

/** `tidemark gc`. */
export const gc: CommandDefinition = {
  name: 'gc',
  summary: 'Show what a clean-up of the store would free, or do it with --yes.',
  options: [
    option('-s, --store <address>', 'the store to clean up: a folder of this machine'),
    option('--dry-run', 'only show it (default)'),
    option('--yes', 'do it'),
    option('--older-than <days>', 'also purge what was deleted at least this many days ago', days),
    JSON_OUTPUT,
  ],
  async action(
    options: CollectGarbageOptions & { readonly dryRun?: true },
    terminal: Terminal,
    command: Command,
  ) {
    if (options.dryRun === true && options.yes === true) {
      command.error('error: --dry-run and --yes exclude each other');
    }
    const { collectStoreGarbage } = await import('./collect-garbage.ts');
    await collectStoreGarbage(options, terminal);
  },
};

function days(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('Give a number of days, such as 30.');
}
