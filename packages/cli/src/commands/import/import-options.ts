import type { Option } from 'commander';
import { option } from '../../command-definition.ts';

/** The store that an import goes into. */
export const STORE_TO_FILL: Option = option(
  '-s, --store <address>',
  'the store to bring it into, made when there is none',
);

/** Which experiments a copy takes. */
export const ONLY_EXPERIMENTS: Option = option(
  '-e, --experiment <name...>',
  'only these experiments, and no registered models',
);
