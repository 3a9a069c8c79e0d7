import { InvalidArgumentError } from 'commander';
import { argument, type CommandDefinition, option } from '../../command-definition.ts';
import { LISTING } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';
import { MEASURED, SELECTING } from './analysis-options.ts';
import type { ShowAggregateOptions } from './show-aggregate.ts';

/** `tidemark runs aggregate`. */
export const aggregate: CommandDefinition = {
  name: 'aggregate',
  summary: 'Show the mean and the spread of a metric for each value of a param.',
  arguments: [argument('<metric>', 'the key of the metric')],
  options: [
    option('--by <param>', 'the param whose values make the groups').makeOptionMandatory(),
    ...LISTING,
    ...SELECTING,
    ...MEASURED,
    option('--confidence <share>', 'the confidence of the intervals (default: 0.95)', share),
  ],
  notes: `The interval is of the mean, by Student's distribution. A single run has no
deviation. NaN and the infinities are counted, and left out of the mean.

Example:
  tidemark runs aggregate val_loss --by lr -e penguins`,
  async action(metric: string, options: ShowAggregateOptions, terminal: Terminal) {
    const { showAggregate } = await import('./show-aggregate.ts');
    await showAggregate(metric, options, terminal);
  },
};

function share(text: string): number {
  const number = Number(text);
  if (number > 0 && number < 1) return number;
  throw new InvalidArgumentError('Give a number between 0 and 1, such as 0.95.');
}
