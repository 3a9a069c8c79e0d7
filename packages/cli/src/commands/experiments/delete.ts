import type { CommandDefinition } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { EXPERIMENT } from './experiment-argument.ts';

/** `tidemark experiments delete`. */
export const deleteByName: CommandDefinition = {
  name: 'delete',
  summary: 'Delete an experiment and its runs. You can restore them.',
  arguments: [EXPERIMENT],
  options: [STORE_TO_CHANGE],
  async action(said: string, options: StoreOptions, terminal: Terminal) {
    const { deleteExperiment } = await import('@tidemark/core');
    const { findExperiment } = await import('@tidemark/core');
    const store = await openExistingStore(options);
    const { experimentId, name } = await findExperiment(store, said);
    await deleteExperiment(store, experimentId);
    say(
      terminal,
      `Deleted ${printable(name)} (${experimentId}) and its runs. To restore them: tidemark experiments restore ${experimentId}\n`,
    );
  },
};
