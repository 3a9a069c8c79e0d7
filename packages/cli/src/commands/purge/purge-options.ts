import type { Argument, Option } from 'commander';
import { argument, option } from '../../command-definition.ts';
import { JSON_OUTPUT, STORE_TO_CHANGE } from '../../store-options.ts';

/** The argument that names the owner of a param, tag, metric or artifact. */
export const OWNER: Argument = argument(
  '<run>',
  'a run (id or its first characters, name, `latest`), or the id of a logged model',
);

/** The options of every command that purges. */
export const PURGING: readonly Option[] = [
  STORE_TO_CHANGE,
  option('--yes', 'do it (default: only show what would be removed)'),
  option('--hidden', 'also values that no reader sees: overwritten or deleted ones'),
  option('--reason <text>', 'the reason, which is recorded with your name'),
  JSON_OUTPUT,
];
