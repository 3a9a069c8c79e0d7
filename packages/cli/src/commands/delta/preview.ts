import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { CSV_OUTPUT, JSON_OUTPUT } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { PreviewOptions } from './preview-rows.ts';
import { AT, TABLE } from './table-arguments.ts';

/** `tidemark delta preview`. */
export const preview: CommandDefinition = {
  name: 'preview',
  summary: 'Show the first rows of one version.',
  arguments: [TABLE],
  options: [
    JSON_OUTPUT,
    ...CSV_OUTPUT,
    AT,
    option('-n, --limit <count>', 'the number of rows', positiveInteger, 10),
    option('--columns <names>', 'only these columns, separated by commas'),
  ],
  async action(table: string, options: PreviewOptions, terminal: Terminal) {
    const { previewRows } = await import('./preview-rows.ts');
    await previewRows(table, options, terminal);
  },
};
