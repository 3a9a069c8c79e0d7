import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { CompareRunsOptions } from './compare-runs.ts';

/** `tidemark runs compare`. */
export const compare: CommandDefinition = {
  name: 'compare',
  summary: 'Show the differences between runs, and which metrics are better.',
  arguments: [
    argument('<runs...>', 'two or more runs: ids or their first characters, names, or `latest`'),
  ],
  options: [...LISTING, option('--all', 'also show what is equal')],
  notes: `The command compares facts, params, latest metrics, tags, datasets, models and
the environment with its dependencies. A metric shows its difference to the
first run. It is marked better or worse if the last word of its key is known:
lower is better for loss, error, mae, mape, mse, rmse and perplexity, higher for
accuracy, auc, f1, r2, precision and recall.

Example:
  tidemark runs compare latest baseline`,
  async action(said: string[], options: CompareRunsOptions, terminal: Terminal, command: Command) {
    if (said.length < 2) command.error('error: give two or more runs to compare');
    const { compareRuns } = await import('./compare-runs.ts');
    await compareRuns(said, options, terminal);
  },
};
