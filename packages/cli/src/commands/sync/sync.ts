import { type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { SyncOptions } from './sync-spools.ts';

/** `tidemark sync`. */
export const sync: CommandDefinition = {
  name: 'sync',
  summary: 'Copy spools, written while a server was unreachable, to their server.',
  options: [
    option(
      '--spool <folder>',
      'the folder of spools (default: TIDEMARK_SPOOL, then ./tidemark-spool)',
    ),
    option('--keep', 'keep a spool even when all of it was copied'),
    JSON_OUTPUT,
  ],
  async action(options: SyncOptions, terminal: Terminal) {
    const { syncSpools } = await import('./sync-spools.ts');
    await syncSpools(options, terminal);
  },
};
