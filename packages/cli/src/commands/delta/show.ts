import type { CommandDefinition } from '../../command-definition.ts';
import { JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { ShowOptions } from './show-version.ts';
import { AT, TABLE } from './table-arguments.ts';

/** `tidemark delta show`. */
export const show: CommandDefinition = {
  name: 'show',
  summary: 'Show one version: schema, files, properties and digest.',
  arguments: [TABLE],
  options: [JSON_OUTPUT, AT],
  async action(table: string, options: ShowOptions, terminal: Terminal) {
    const { showVersion } = await import('./show-version.ts');
    await showVersion(table, options, terminal);
  },
};
