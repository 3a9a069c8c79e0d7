import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import { EXPERIMENT_TARGET } from './experiment-target.ts';
import type { Filter } from './filter.ts';
import { parseFilterBy } from './filter-parser.ts';
import { LOGGED_MODEL_TARGET } from './logged-model-target.ts';
import { MODEL_VERSION_TARGET } from './model-version-target.ts';
import { REGISTERED_MODEL_TARGET } from './registered-model-target.ts';
import { RUN_TARGET } from './run-target.ts';
import type { FilterRules, SearchTargetName } from './search-target.ts';

const RULES: Readonly<Record<SearchTargetName, FilterRules>> = {
  runs: RUN_TARGET,
  experiments: EXPERIMENT_TARGET,
  'registered models': REGISTERED_MODEL_TARGET,
  'model versions': MODEL_VERSION_TARGET,
  'logged models': LOGGED_MODEL_TARGET,
};

/**
 * Parses a filter for searching `target`, in the grammar of docs/search.md. Returns `undefined` for a blank text,
 * which matches everything.
 *
 * @example
 * ```ts
 * import { parseFilter, printFilter } from '@tidemark/core';
 *
 * const filter = parseFilter('runs', "metrics.loss < 0.1 AND tags.team = 'vision'");
 * if (filter !== undefined) console.log(printFilter(filter));
 * ```
 *
 * @throws FILTER_INVALID, with the place of the mistake and what is allowed there
 */
export function parseFilter(target: SearchTargetName, text: string): Filter | undefined {
  assertArguments({ target, text }, 'parseFilter', { target: 'string', text: 'string' });
  if (!Object.hasOwn(RULES, target)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `There is no search of ${JSON.stringify(target)}. Give one of ${Object.keys(RULES).join(', ')}.`,
      { details: { target } },
    );
  }
  return parseFilterBy(RULES[target], text);
}
