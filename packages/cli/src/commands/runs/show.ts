import type { CommandDefinition } from '../../command-definition.ts';
import { LOOKING, type StoreOptions } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { RUN } from './run-argument.ts';

/** `tidemark runs show`. */
export const show: CommandDefinition = {
  name: 'show',
  summary: 'Show one run: params, metrics, datasets, models, artifacts, environment.',
  arguments: [RUN],
  options: LOOKING,
  async action(run: string, options: StoreOptions, terminal: Terminal) {
    const { showRun } = await import('./show-run.ts');
    await showRun(run, options, terminal);
  },
};
