import { type Option, Option as OptionClass } from 'commander';
import { option } from '../../command-definition.ts';

/** Values of the options that select runs and the value of a metric. */
export interface AnalysisOptions {
  readonly store?: string;
  readonly experiment?: string;
  readonly filter?: string;
  readonly best?: boolean;
  readonly direction?: 'higher' | 'lower';
}

/** The options of a command that selects runs for an analysis. */
export const SELECTING: readonly Option[] = [
  option('-e, --experiment <name>', 'only runs of this experiment'),
  option('-f, --filter <expression>', 'only runs that match, in the grammar of docs/search.md'),
];

/** The options for the value of a metric. */
export const MEASURED: readonly Option[] = [
  option('--best', 'the best value of all steps, not the latest one'),
  new OptionClass(
    '--direction <direction>',
    'whether higher or lower values are better (default: from the key)',
  ).choices(['higher', 'lower']),
];
