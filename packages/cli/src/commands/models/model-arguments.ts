import type { Argument, Option } from 'commander';
import { argument, option } from '../../command-definition.ts';
import { positiveInteger } from '../../positive-integer.ts';
import { STORE_TO_CHANGE } from '../../store-options.ts';

/** The argument that names a registered model. */
export const MODEL_NAME: Argument = argument('<name>', 'the name of the registered model');

/** The argument that numbers a version of a model. */
export const MODEL_VERSION: Argument = argument(
  '<version>',
  'the number of the version',
  positiveInteger,
);

/** The option for a comment on a move or a decision. */
export const MESSAGE: Option = option('-m, --message <text>', 'a comment, kept in the history');

/** The options of a command that moves a version. */
export const MOVING: readonly Option[] = [
  MESSAGE,
  option('--archive-existing', 'archive the versions that are in the stage now'),
  STORE_TO_CHANGE,
];
