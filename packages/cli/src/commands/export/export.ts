import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import type { CopyCommandOptions } from '../../import-export.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { ONLY_EXPERIMENTS } from '../import/import-options.ts';

/** `tidemark export`. */
export const exportToAddress: CommandDefinition = {
  name: 'export',
  summary: 'Copy a store to a server, or into another folder.',
  arguments: [
    argument(
      '<address>',
      'a server (http://…, databricks) or a folder, which is created if missing',
    ),
  ],
  options: [
    option('-s, --store <address>', 'the store to copy'),
    ONLY_EXPERIMENTS,
    option('--dry-run', 'report the changes without making them'),
    JSON_OUTPUT,
  ],
  async action(address: string, options: CopyCommandOptions, terminal: Terminal) {
    const { exportTo } = await import('../../import-export.ts');
    await exportTo(address, options, terminal);
  },
};
