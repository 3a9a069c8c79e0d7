import { type CommandDefinition, option } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { SyncOptions } from './sync-spools.ts';

/** `tidemark sync`. */
export const sync: CommandDefinition = {
  name: 'sync',
  summary: 'Bring what was logged while a server was away to that server.',
  options: [
    option('--spool <folder>', 'where it waits; default TIDEMARK_SPOOL, then ./tidemark-spool'),
    option('--keep', 'keep the spool when everything came over'),
    JSON_OUTPUT,
  ],
  async action(options: SyncOptions, terminal: Terminal) {
    const { syncSpools } = await import('./sync-spools.ts');
    await syncSpools(options, terminal);
  },
};
