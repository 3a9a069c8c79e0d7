import type { Argument, Option } from 'commander';
import { argument, option } from '../../command-definition.ts';

/** The argument that names a Delta table. */
export const TABLE: Argument = argument('<table>', "the table's folder");

/** The option that says which version of it. */
export const AT: Option = option('--at <version>', 'its number, or a time; the latest by default');
