import type { ExperimentId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../store/store.ts';
import type { RunQuery } from './find-runs.ts';
import { isInView, type LifecycleView } from './lifecycle-view.ts';
import { RUN_TARGET } from './run-target.ts';
import {
  type PlannedSearch,
  planSearch,
  type SearchOptions,
  type SearchPage,
} from './search-page.ts';

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
  const { items, ...rest } = await (store.findRuns === undefined
    ? searchAllRuns(store, search, options)
    : search.pageOf(await store.findRuns(queryOf(search, options))));
  return { runs: items, ...rest };
}

function queryOf(search: PlannedSearch<Run>, options: SearchRunsOptions): RunQuery {
  const { experimentIds, view = 'active' } = options;
  const { filter, order, after, limit } = search;
  return {
    order,
    limit,
    view,
    ...(filter === undefined ? {} : { filter }),
    ...(after === undefined ? {} : { after }),
    ...(experimentIds === undefined ? {} : { experimentIds }),
  };
}

/** For a store that can only give runs. */
async function searchAllRuns(
  store: Store,
  search: PlannedSearch<Run>,
  { experimentIds, view = 'active' }: SearchRunsOptions,
): Promise<SearchPage<Run>> {
  const all = await store.runs(experimentIds === undefined ? {} : { experimentIds });
  return search.page(all.filter(isInView(view)));
}
