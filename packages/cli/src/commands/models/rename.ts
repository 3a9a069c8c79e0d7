import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';

/** `tidemark models rename`. */
export const rename: CommandDefinition = {
  name: 'rename',
  summary: 'Rename a model. Its history stays with it.',
  arguments: [MODEL_NAME, argument('<new-name>', 'the new name')],
  options: [STORE_TO_CHANGE],
  async action(name: string, newName: string, options: StoreOptions, terminal: Terminal) {
    const { renameRegisteredModel } = await import('@tidemark/core');
    const { store, by } = await openToChange(options);
    await renameRegisteredModel(store, { name, newName, by });
    say(terminal, `Renamed ${printable(name)} to ${printable(newName)}.\n`);
  },
};
