import type { CommandDefinition } from '../../command-definition.ts';
import { LOOKING, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { EXPERIMENT } from './experiment-argument.ts';

/** `tidemark experiments show`. */
export const show: CommandDefinition = {
  name: 'show',
  summary: 'Show one experiment: its tags, and its runs by status.',
  arguments: [EXPERIMENT],
  options: LOOKING,
  async action(said: string, options: StoreOptions, terminal: Terminal) {
    const { showExperiment } = await import('./show-experiment.ts');
    await showExperiment(said, options, terminal);
  },
};
