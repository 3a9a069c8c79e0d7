import { CheckFailed } from '../../check-failed.ts';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { LineageOptions } from './show-lineage.ts';

/** `tidemark lineage`. */
export const lineage: CommandDefinition = {
  name: 'lineage',
  summary: 'Show the lineage of a model: table versions, runs, code.',
  arguments: [
    argument('<model>', 'models:/name/3, models:/name@alias, models:/m-… or runs:/<run>/<name>'),
  ],
  options: [
    ...LOOKING,
    option('--check', 'read the recorded rows again, and exit 1 if they differ'),
  ],
  async action(model: string, options: LineageOptions, terminal: Terminal) {
    const { showLineage } = await import('./show-lineage.ts');
    if (await showLineage(model, options, terminal)) return;
    throw new CheckFailed('a dataset differs from the recorded one');
  },
};
