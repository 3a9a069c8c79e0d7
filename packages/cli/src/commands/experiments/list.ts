import { type CommandDefinition, option } from '../../command-definition.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { ListExperimentsOptions } from './list-experiments.ts';

/** `tidemark experiments list`. */
export const list: CommandDefinition = {
  name: 'list',
  summary: 'List experiments.',
  isDefault: true,
  options: [...LISTING, option('--deleted', 'list deleted experiments instead of live ones')],
  async action(options: ListExperimentsOptions, terminal: Terminal) {
    const { listExperiments } = await import('./list-experiments.ts');
    await listExperiments(options, terminal);
  },
};
