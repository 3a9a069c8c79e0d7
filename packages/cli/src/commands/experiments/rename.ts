import { argument, type CommandDefinition } from '../../command-definition.ts';
import { openExistingStore } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import { STORE_TO_CHANGE, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { EXPERIMENT } from './experiment-argument.ts';

/** `tidemark experiments rename`. */
export const rename: CommandDefinition = {
  name: 'rename',
  summary: 'Rename an experiment. Its id stays the same.',
  arguments: [EXPERIMENT, argument('<name>', 'the new name')],
  options: [STORE_TO_CHANGE],
  async action(said: string, name: string, options: StoreOptions, terminal: Terminal) {
    const { renameExperiment } = await import('@tidemark/core');
    const { findExperiment } = await import('@tidemark/core');
    const store = await openExistingStore(options);
    const experiment = await findExperiment(store, said);
    await renameExperiment(store, experiment.experimentId, name);
    say(terminal, `Renamed ${printable(experiment.name)} to ${printable(name)}.\n`);
  },
};
