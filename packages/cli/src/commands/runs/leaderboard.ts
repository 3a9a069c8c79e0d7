import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MEASURED, SELECTING } from './analysis-options.ts';
import type { ShowLeaderboardOptions } from './show-leaderboard.ts';

/** `tidemark runs leaderboard`. */
export const leaderboard: CommandDefinition = {
  name: 'leaderboard',
  summary: 'Rank runs by a metric, the best first.',
  arguments: [argument('<metric>', 'the key of the metric')],
  options: [
    ...LISTING,
    ...SELECTING,
    ...MEASURED,
    option('-n, --limit <count>', 'the most runs (default: 10)', positiveInteger),
  ],
  notes: `Example:
  tidemark runs leaderboard val_accuracy -e penguins -f "params.lr = '0.1'"`,
  async action(metric: string, options: ShowLeaderboardOptions, terminal: Terminal) {
    const { showLeaderboard } = await import('./show-leaderboard.ts');
    await showLeaderboard(metric, options, terminal);
  },
};
