import { CheckFailed } from '../../check-failed.ts';
import { type CommandDefinition, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { LOOKING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { RUN } from './run-argument.ts';
import type { TailRunOptions } from './tail-run.ts';

/** `tidemark runs tail`. */
export const tail: CommandDefinition = {
  name: 'tail',
  summary: 'Show the last points of a run, and with -f new points until it ends.',
  arguments: [RUN],
  options: [
    ...LOOKING,
    option('-f, --follow', 'continue until the run ends'),
    option('-n, --lines <count>', 'the number of points to start with', positiveInteger, 10),
    option('--metric <keys...>', 'only these metrics'),
    option('--interval <seconds>', 'the seconds between two reads', positiveInteger, 1),
    option('--exit-status', 'with -f: exit 1 unless the run ends FINISHED'),
  ],
  notes: `With --json each line is one object with a type: metric or status.

Examples:
  tidemark runs tail latest -f
  tidemark runs tail latest -f --exit-status && ./deploy.sh`,
  async action(run: string, options: TailRunOptions, terminal: Terminal) {
    const { tailRun } = await import('./tail-run.ts');
    const status = await tailRun(run, options, terminal);
    if (options.exitStatus !== true || options.follow !== true || status === 'FINISHED') return;
    throw new CheckFailed(`the run is ${status}`);
  },
};
