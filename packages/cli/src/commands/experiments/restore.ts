import type { CommandDefinition } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { EXPERIMENT } from './experiment-argument.ts';

/** `tidemark experiments restore`. */
export const restore: CommandDefinition = {
  name: 'restore',
  summary: 'Restore a deleted experiment and its runs.',
  arguments: [EXPERIMENT],
  options: [STORE_TO_CHANGE],
  async action(said: string, options: StoreOptions, terminal: Terminal) {
    const { restoreExperiment } = await import('@tidemark/core');
    const { findExperiment } = await import('@tidemark/core');
    const store = await openExistingStore(options);
    const { experimentId, name } = await findExperiment(store, said);
    await restoreExperiment(store, experimentId);
    say(terminal, `Restored ${printable(name)} (${experimentId}) and its runs.\n`);
  },
};
