import type { Option } from 'commander';
import { option } from '../../command-definition.ts';

/** The store that an import writes to. */
export const STORE_TO_FILL: Option = option(
  '-s, --store <address>',
  'the store to import into, which is created if missing',
);

/** The option that restricts a copy to some experiments. */
export const ONLY_EXPERIMENTS: Option = option(
  '-e, --experiment <name...>',
  'only these experiments, and no registered models',
);
