import type { ExperimentId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { Store } from '../store/store.ts';
import { type Filter, type FilterField, filterNames } from './filter.ts';
import { isInView, type LifecycleView } from './lifecycle-view.ts';
import { loggedModelMetrics, type MetricDataset } from './logged-model-metrics.ts';
import { LOGGED_MODEL_TARGET } from './logged-model-target.ts';
import type { OrderKey } from './order.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

/** Which logged models to search, and how; at most 50,000 a page, 50 by default. */
export interface SearchLoggedModelsOptions extends SearchOptions {
  /** Only models of these; without it models of every experiment. */
  readonly experimentIds?: readonly ExperimentId[];
  /** Default `active`. */
  readonly view?: LifecycleView;
  /** Count only metrics that were measured on one of these. */
  readonly datasets?: readonly MetricDataset[];
}

/**
 * One page of the logged models that match, by default newest first. The metrics of a model are the
 * points that name it, whichever run logged them; only those that filter or order name are read.
 * @throws FILTER_INVALID; INVALID_ARGUMENT for `maxResults` out of range or a bad page token
 */
export async function searchLoggedModels(
  store: Store,
  options: SearchLoggedModelsOptions = {},
): Promise<{ models: readonly LoggedModel[]; nextPageToken?: string }> {
  const { experimentIds, view = 'active', datasets } = options;
  const search = planSearch(LOGGED_MODEL_TARGET, options, {
    experimentIds: experimentIds?.toSorted(),
    view,
    datasets: datasets?.map(({ name, digest = '' }) => JSON.stringify([name, digest])).sort(),
  });
  const all = await store.loggedModels(experimentIds === undefined ? {} : { experimentIds });
  const metrics = await loggedModelMetrics(store, metricKeys(search), datasets);
  const { items, ...rest } = search.page(
    all
      .filter(isInView(view))
      .map((model) => ({ model, metrics: metrics.get(model.modelId) ?? new Map() })),
  );
  return { models: items.map(({ model }) => model), ...rest };
}

function metricKeys(search: { filter: Filter | undefined; order: readonly OrderKey[] }): string[] {
  const keys = new Set<string>();
  const note = ({ entity, key }: FilterField): boolean => {
    if (entity === 'metric') keys.add(key);
    return false;
  };
  if (search.filter !== undefined) filterNames(search.filter, note);
  for (const { field } of search.order) note(field);
  return [...keys];
}
