import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openToChange } from '../../open.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';

/** `tidemark models delete`. */
export const deleteModel: CommandDefinition = {
  name: 'delete',
  summary: 'Delete a model, or one of its versions. The history and the files are kept.',
  arguments: [MODEL_NAME, argument('[version]', 'only this version', positiveInteger)],
  options: [STORE_TO_CHANGE],
  async action(
    name: string,
    version: number | undefined,
    options: StoreOptions,
    terminal: Terminal,
  ) {
    const { deleteModelVersion, deleteRegisteredModel } = await import('@tidemark/core');
    const { store, by } = await openToChange(options);
    if (version === undefined) await deleteRegisteredModel(store, { name, by });
    else await deleteModelVersion(store, { name, version, by });
    const [titled, numbers] =
      version === undefined ? [name, 'numbers are'] : [`${name} version ${version}`, 'number is'];
    say(
      terminal,
      `Deleted ${printable(titled)}. Its files and its history are kept, and its ${numbers} not used again.\n`,
    );
  },
};
