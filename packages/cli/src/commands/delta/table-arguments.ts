import type { Argument, Option } from 'commander';
import { argument, option } from '../../command-definition.ts';

/** The argument that names a Delta table. */
export const TABLE: Argument = argument('<table>', 'the folder of the table');

/** The option for the version of the table. */
export const AT: Option = option(
  '--at <version>',
  'the number of a version, or a time (default: the latest)',
);
