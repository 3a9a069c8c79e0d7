import type { Experiment } from '../model/experiment.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { EXPERIMENT_TARGET } from '../query/experiment-target.ts';
import { isInView, type LifecycleView } from '../query/lifecycle-view.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

/** Options of `searchExperiments`. A page has at most 50,000 experiments, by default 1000. */
export interface SearchExperimentsOptions extends SearchOptions {
  /** Default `active`. */
  readonly view?: LifecycleView;
}

/**
 * Returns one page of the experiments that match, by default newest first.
 *
 * @example
 * ```ts
 * import { searchExperiments } from '@tidemark/core';
 *
 * const { experiments } = await searchExperiments(store, { filter: "name LIKE 'vision-%'", view: 'all' });
 * ```
 *
 * @throws FILTER_INVALID; INVALID_ARGUMENT if `maxResults` is out of range or the page token is invalid
 */
export async function searchExperiments(
  store: Pick<Store, 'experiments'>,
  options: SearchExperimentsOptions = {},
): Promise<{ experiments: readonly Experiment[]; nextPageToken?: string }> {
  assertArguments({ store }, 'searchExperiments', { store: 'store' });
  assertOptions(options, 'searchExperiments', {
    filter: 'string?',
    orderBy: 'any',
    maxResults: 'number?',
    pageToken: 'string?',
    view: 'string?',
  });
  const { view = 'active' } = options;
  const search = planSearch(EXPERIMENT_TARGET, options, { view });
  const { items, ...rest } = search.page((await store.experiments()).filter(isInView(view)));
  return { experiments: items, ...rest };
}
