import type { Argument, Option } from 'commander';
import { argument, option } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';

/** The argument that says what a part belongs to. */
export const OWNER: Argument = argument(
  '<run>',
  'the run (id, beginning of it, name, `latest`), or the id of a logged model',
);

/** The options of every command that purges. */
export const PURGING: readonly Option[] = [
  STORE_TO_CHANGE,
  option('--yes', 'do it; without it, only what would be gone is shown'),
  option('--hidden', 'also hidden values: a value that was overwritten or deleted'),
  option('--reason <text>', 'the reason, kept with the name of the user'),
  JSON_OUTPUT,
];
