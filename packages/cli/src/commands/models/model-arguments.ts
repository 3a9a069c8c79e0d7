import type { Argument, Option } from 'commander';
import { argument, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { STORE_TO_CHANGE } from '../../store-options.ts';

/** The argument that names a registered model. */
export const MODEL_NAME: Argument = argument('<name>', "the model's name");

/** The argument that numbers one of its versions. */
export const MODEL_VERSION: Argument = argument('<version>', 'the version', positiveInteger);

const MESSAGE = option('-m, --message <text>', 'a comment, kept in the history');

/** The options of a command that moves a version. */
export const MOVING: readonly Option[] = [
  MESSAGE,
  option('--archive-existing', 'archive the versions that are in the stage now'),
  STORE_TO_CHANGE,
];

/** The options of a command that decides a request. */
export const DECIDING: readonly Option[] = [
  option('--to <target>', 'which request, where several are open: the stage or @alias'),
  option('--request <id>', 'which request: its id, or the beginning of it'),
  MESSAGE,
  STORE_TO_CHANGE,
];
