import type { Command } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { CompareRunsOptions } from './compare-runs.ts';

/** `tidemark runs compare`. */
export const compare: CommandDefinition = {
  name: 'compare',
  summary: 'Show what is different between runs, and which metrics are better.',
  arguments: [
    argument('<runs...>', 'two runs or more: ids or beginnings of them, names, or `latest`'),
  ],
  options: [...LISTING, option('--all', 'show what is the same as well')],
  notes: `Compared are facts, params, latest metrics, tags, datasets, models and the
environment with its dependencies. After a metric comes the difference to the first run. It is called better or worse where the last word of the key says which
way is better: lower for loss, error, mae, mape, mse, rmse and perplexity, higher
for accuracy, auc, f1, r2, precision and recall. Of other metrics nothing is
guessed.

Example:
  tidemark runs compare latest baseline`,
  async action(said: string[], options: CompareRunsOptions, terminal: Terminal, command: Command) {
    if (said.length < 2) command.error('error: give two runs or more to compare');
    const { compareRuns } = await import('./compare-runs.ts');
    await compareRuns(said, options, terminal);
  },
};
