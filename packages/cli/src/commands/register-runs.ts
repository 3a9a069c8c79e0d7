import type { Command } from 'commander';
import { CheckFailed } from '../check-failed.ts';
import { positiveInteger } from '../positive-integer.ts';
import { listing, looking, type StoreOptions } from '../store-options.ts';
import type { Terminal } from '../terminal.ts';
import type { CompareRunsOptions } from './compare-runs.ts';
import type { ListRunsOptions } from './list-runs.ts';
import { registerRunChanges } from './register-maintenance.ts';
import type { TailRunOptions } from './tail-run.ts';

const RUN = ['<run>', "the run's id or the beginning of it, its name, or `latest`"] as const;

/** The subcommands of `runs`. */
export function registerRuns(runs: Command, terminal: Terminal): void {
  runs
    .option('-s, --store <address>', 'the store to look into')
    .addHelpText(
      'after',
      '\n`tidemark runs` is `tidemark runs list`, and takes its options: tidemark runs list --help',
    );
  listing(runs.command('list', { isDefault: true }))
    .alias('search')
    .description('List runs, newest first, or those that a search finds.')
    .option('-e, --experiment <name>', 'only runs of this experiment')
    .option(
      '-n, --limit <count>',
      'at most this many; by default 20, and all with --json or --csv',
      positiveInteger,
    )
    .option('--deleted', 'show deleted runs instead of live ones')
    .option('-f, --filter <expression>', 'only runs that match, in the words of docs/search.md')
    .option('--order-by <keys>', 'such as "metrics.loss, start_time DESC"')
    .addHelpText(
      'after',
      `
Examples:
  tidemark runs -e penguins -n 50
  tidemark runs --filter "metrics.loss < 0.1 and params.lr = '0.1'" --order-by metrics.loss
  tidemark runs --filter "tags.team = 'ice'" --csv > runs.csv`,
    )
    .action(async (options: ListRunsOptions) => {
      const { listRuns } = await import('./list-runs.ts');
      await listRuns(options, terminal);
    });
  looking(runs.command('show'))
    .description('Show one run: params, metrics, datasets, models, artifacts, environment.')
    .argument(...RUN)
    .action(async (run: string, options: StoreOptions) => {
      const { showRun } = await import('./show-run.ts');
      await showRun(run, options, terminal);
    });
  listing(runs.command('compare'))
    .description('Show what is different between runs.')
    .argument('<runs...>', 'two runs or more: ids or beginnings of them, names, or `latest`')
    .option('--all', 'show what is the same as well')
    .addHelpText(
      'after',
      `
Compared are facts, params, latest metrics, tags, datasets, models and the environment with
its dependencies.

Example:
  tidemark runs compare latest baseline`,
    )
    .action(async (said: string[], options: CompareRunsOptions, command: Command) => {
      if (said.length < 2) command.error('error: give two runs or more to compare');
      const { compareRuns } = await import('./compare-runs.ts');
      await compareRuns(said, options, terminal);
    });
  looking(runs.command('tail'))
    .description('Show the last points of a run, and with -f what is logged until it ends.')
    .argument(...RUN)
    .option('-f, --follow', 'go on until the run ends')
    .option('-n, --lines <count>', 'begin with so many points', positiveInteger, 10)
    .option('--metric <keys...>', 'only these metrics')
    .option('--interval <seconds>', 'look every so many seconds', positiveInteger, 1)
    .option('--exit-status', 'with -f: exit 1 unless the run ends FINISHED')
    .addHelpText(
      'after',
      `
With --json each line is one object, with a type: metric or status.

Examples:
  tidemark runs tail latest -f
  tidemark runs tail latest -f --exit-status && tidemark models register runs:/…/model penguins`,
    )
    .action(async (run: string, options: TailRunOptions) => {
      const { tailRun } = await import('./tail-run.ts');
      const status = await tailRun(run, options, terminal);
      if (options.exitStatus !== true || options.follow !== true || status === 'FINISHED') return;
      throw new CheckFailed(`the run is ${status}`);
    });
  registerRunChanges(runs, terminal);
}
