import type { ExperimentId } from '../model/ids.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { isInView, type LifecycleView } from '../query/lifecycle-view.ts';
import type { RunQuery } from '../query/run-query.ts';
import { RUN_TARGET } from '../query/run-target.ts';
import {
  type PlannedSearch,
  planSearch,
  type SearchOptions,
  type SearchPage,
} from './search-page.ts';

/** Options of `searchRuns`. A page has at most 50,000 runs, by default 1000. */
export interface SearchRunsOptions extends SearchOptions {
  /** Searches only these experiments. Default: every experiment. */
  readonly experimentIds?: readonly ExperimentId[];
  /** Default `active`. */
  readonly view?: LifecycleView;
}

/**
 * Returns one page of the runs that match, by default the latest start first. `filter` and `orderBy` have MLflow's
 * syntax.
 *
 * @example
 * ```ts
 * import { searchRuns } from '@tidemark/core';
 *
 * const { runs, nextPageToken } = await searchRuns(store, {
 *   filter: "metrics.loss < 0.1 AND params.lr = '0.1'",
 *   orderBy: ['metrics.loss ASC'],
 *   maxResults: 50,
 * });
 * ```
 *
 * @throws FILTER_INVALID; INVALID_ARGUMENT if `maxResults` is out of range or the page token is invalid
 */
export async function searchRuns(
  store: Store,
  options: SearchRunsOptions = {},
): Promise<{ runs: readonly Run[]; nextPageToken?: string }> {
  assertArguments({ store }, 'searchRuns', { store: 'store' });
  assertOptions(options, 'searchRuns', {
    filter: 'any',
    orderBy: 'any',
    maxResults: 'any',
    pageToken: 'any',
    experimentIds: 'strings?',
    view: 'string?',
  });
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

/** Options of `countRuns`. */
export interface CountRunsOptions
  extends Pick<SearchRunsOptions, 'filter' | 'experimentIds' | 'view'> {
  /** Counting may stop here. Default: count all. */
  readonly atMost?: number;
}

/**
 * Returns how many runs match, at most `atMost`. A store in a folder does not build the runs for that.
 *
 * @example
 * ```ts
 * import { countRuns } from '@tidemark/core';
 *
 * const good = await countRuns(store, { filter: 'metrics.loss < 0.1' });
 * console.log(`${good} runs`);
 * ```
 *
 * @throws FILTER_INVALID
 */
export async function countRuns(store: Store, options: CountRunsOptions = {}): Promise<number> {
  assertArguments({ store }, 'countRuns', { store: 'store' });
  assertOptions(options, 'countRuns', {
    filter: 'any',
    experimentIds: 'strings?',
    view: 'string?',
    atMost: 'number?',
  });
  const { atMost = Number.POSITIVE_INFINITY, ...search } = options;
  if (store.countRuns !== undefined) {
    const planned = planSearch(RUN_TARGET, search, {});
    return Math.min(atMost, await store.countRuns(queryOf(planned, search)));
  }
  let count = 0;
  let pageToken: string | undefined;
  do {
    const maxResults = Math.min(COUNTED_PAGE, atMost - count);
    const token = pageToken === undefined ? {} : { pageToken };
    const page = await searchRuns(store, { ...search, maxResults, ...token });
    count += page.runs.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && count < atMost);
  return count;
}

/** The most runs on one page of a search. */
const COUNTED_PAGE = 50_000;

/** Searches a store that cannot answer queries itself. */
async function searchAllRuns(
  store: Store,
  search: PlannedSearch<Run>,
  { experimentIds, view = 'active' }: SearchRunsOptions,
): Promise<SearchPage<Run>> {
  const all = await store.runs(experimentIds === undefined ? {} : { experimentIds });
  return search.page(all.filter(isInView(view)));
}
