import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { VersionsOptions } from './list-versions.ts';
import { TABLE } from './table-arguments.ts';

/** `tidemark delta versions`. */
export const versions: CommandDefinition = {
  name: 'versions',
  summary: 'List the versions of a table, newest first, with their operations.',
  arguments: [TABLE],
  options: [JSON_OUTPUT, option('-n, --limit <count>', 'the most versions', positiveInteger, 20)],
  async action(table: string, options: VersionsOptions, terminal: Terminal) {
    const { listVersions } = await import('./list-versions.ts');
    await listVersions(table, options, terminal);
  },
};
