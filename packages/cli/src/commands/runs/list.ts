import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import type { ListRunsOptions } from './list-runs.ts';

/** `tidemark runs list`. */
export const list: CommandDefinition = {
  name: 'list',
  alias: 'search',
  summary: 'List runs, newest first, or search them.',
  isDefault: true,
  options: [
    ...LISTING,
    option('-e, --experiment <name>', 'only runs of this experiment'),
    option(
      '-n, --limit <count>',
      'the most runs (default: 20, with --json or --csv all)',
      positiveInteger,
    ),
    option('--deleted', 'show deleted runs instead of live ones'),
    option('-f, --filter <expression>', 'only runs that match, in the grammar of docs/search.md'),
    option('--order-by <keys>', 'sort keys, such as "metrics.loss, start_time DESC"'),
  ],
  notes: `A nested run is shown below its parent. With --order-by all runs follow that
order instead.

Examples:
  tidemark runs -e penguins -n 50
  tidemark runs --filter "metrics.loss < 0.1" --order-by metrics.loss
  tidemark runs --filter "params.lr = '0.1' and tags.team != 'ice'"
  tidemark runs --filter "tags.team = 'ice'" --csv > runs.csv`,
  async action(options: ListRunsOptions, terminal: Terminal) {
    const { listRuns } = await import('./list-runs.ts');
    await listRuns(options, terminal);
  },
};
