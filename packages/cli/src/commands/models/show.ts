import type { CommandDefinition } from '../../command-definition.ts';
import { LOOKING, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';

/** `tidemark models show`. */
export const show: CommandDefinition = {
  name: 'show',
  summary: 'Show a registered model and its versions.',
  arguments: [MODEL_NAME],
  options: LOOKING,
  async action(name: string, options: StoreOptions, terminal: Terminal) {
    const { showModel } = await import('./show-model.ts');
    await showModel(name, options, terminal);
  },
};
