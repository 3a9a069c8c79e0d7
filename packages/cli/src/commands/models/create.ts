import { type CommandDefinition, option } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';

/** `tidemark models create`. */
export const create: CommandDefinition = {
  name: 'create',
  summary: 'Create a registered model without versions.',
  arguments: [MODEL_NAME],
  options: [option('-d, --description <text>', 'a description of the model'), STORE_TO_CHANGE],
  async action(
    name: string,
    options: StoreOptions & { readonly description?: string },
    terminal: Terminal,
  ) {
    const { createRegisteredModel } = await import('@tidemark/core');
    const { store, by } = await openToChange(options);
    const { description } = options;
    await createRegisteredModel(store, {
      name,
      by,
      ...(description === undefined ? {} : { description }),
    });
    say(terminal, `Created ${printable(name)}. It has no versions yet.\n`);
  },
};
