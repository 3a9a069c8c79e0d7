import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';

/** `tidemark models describe`. */
export const describe: CommandDefinition = {
  name: 'describe',
  summary: 'Set the description of a model, or of one of its versions.',
  arguments: [MODEL_NAME, argument('<text>', 'the description')],
  options: [
    option('--model-version <version>', 'describe this version instead', positiveInteger),
    STORE_TO_CHANGE,
  ],
  async action(
    name: string,
    description: string,
    options: StoreOptions & { readonly modelVersion?: number },
    terminal: Terminal,
  ) {
    const { updateModelVersion, updateRegisteredModel } = await import('@tidemark/core');
    const { store, by } = await openToChange(options);
    const version = options.modelVersion;
    if (version === undefined) await updateRegisteredModel(store, { name, description, by });
    else await updateModelVersion(store, { name, version, description, by });
    const titled = version === undefined ? name : `${name} version ${version}`;
    say(terminal, `${printable(titled)}: ${printable(description)}\n`);
  },
};
