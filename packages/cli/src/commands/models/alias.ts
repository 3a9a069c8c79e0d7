import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MODEL_NAME } from './model-arguments.ts';

/** `tidemark models alias`. */
export const alias: CommandDefinition = {
  name: 'alias',
  summary: 'Set an alias to a version. The version that had it loses it.',
  arguments: [
    MODEL_NAME,
    argument('<alias>', 'the alias, such as champion'),
    argument('[version]', 'the number of the version', positiveInteger),
  ],
  options: [option('--delete', 'delete the alias instead'), STORE_TO_CHANGE],
  async action(
    name: string,
    called: string,
    version: number | undefined,
    options: StoreOptions & { readonly delete?: true },
    terminal: Terminal,
    command: Command,
  ) {
    const isDeleted = options.delete === true;
    if (version === undefined && !isDeleted) {
      command.error('error: give the version for the alias, or --delete');
    }
    const { deleteModelAlias, setModelAlias } = await import('@tidemark/client');
    const store = await openExistingStore(options);
    if (isDeleted || version === undefined) {
      await deleteModelAlias({ store, name, alias: called });
      say(terminal, `Deleted the alias ${printable(called)} of ${printable(name)}.\n`);
    } else {
      await setModelAlias({ store, name, alias: called, version });
      say(terminal, `${printable(name)}@${printable(called)} is version ${version}.\n`);
    }
  },
};
