import type { ExperimentId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../store/store.ts';
import { isInView, type LifecycleView } from './lifecycle-view.ts';
import { RUN_TARGET } from './run-target.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

/** Which runs to search, and how; at most 50,000 a page, 1000 by default. */
export interface SearchRunsOptions extends SearchOptions {
  /** Only runs of these; without it runs of every experiment. */
  readonly experimentIds?: readonly ExperimentId[];
  /** Default `active`. */
  readonly view?: LifecycleView;
}

/**
 * One page of the runs that match, by default newest start first.
 * @throws FILTER_INVALID; INVALID_ARGUMENT for `maxResults` out of range or a bad page token
 */
export async function searchRuns(
  store: Store,
  options: SearchRunsOptions = {},
): Promise<{ runs: readonly Run[]; nextPageToken?: string }> {
  const { experimentIds, view = 'active' } = options;
  const search = planSearch(RUN_TARGET, options, {
    experimentIds: experimentIds?.toSorted(),
    view,
  });
  const all = await store.runs(experimentIds === undefined ? {} : { experimentIds });
  const { items, ...rest } = search.page(all.filter(isInView(view)));
  return { runs: items, ...rest };
}
