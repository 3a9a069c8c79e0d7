import type { CommandDefinition } from '../../command-definition.ts';
import { type CsvOptions, LISTING, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** `tidemark models list`. */
export const list: CommandDefinition = {
  name: 'list',
  summary: 'List registered models, or with --csv all their versions.',
  isDefault: true,
  options: LISTING,
  async action(options: StoreOptions & CsvOptions, terminal: Terminal) {
    const { listModels } = await import('./list-models.ts');
    await listModels(options, terminal);
  },
};
