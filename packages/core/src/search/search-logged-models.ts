import type { ExperimentId } from '../model/ids.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { MetricPoint } from '../model/metric.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { type Filter, type FilterField, filterNames } from '../query/filter.ts';
import { isInView, type LifecycleView } from '../query/lifecycle-view.ts';
import { LOGGED_MODEL_TARGET, type PointsByKey } from '../query/logged-model-target.ts';
import type { OrderKey } from '../query/order.ts';
import { loggedModelPoints } from './logged-model-points.ts';
import { planSearch, type SearchOptions } from './search-page.ts';

/** A dataset that metrics were measured on. Without a digest, every version of it. */
export interface MetricDataset {
  readonly name: string;
  readonly digest?: string;
}

/** Options of `searchLoggedModels`. A page has at most 50,000 models, by default 50. */
export interface SearchLoggedModelsOptions extends SearchOptions {
  /** Searches only these experiments. Default: every experiment. */
  readonly experimentIds?: readonly ExperimentId[];
  /** Default `active`. */
  readonly view?: LifecycleView;
  /** Only models with a point on one of these datasets. A metric in the filter means points on them. */
  readonly datasets?: readonly MetricDataset[];
  /**
   * A metric in the order means points on these datasets; an empty list means points on any dataset. Default:
   * `datasets`.
   */
  readonly orderDatasets?: readonly MetricDataset[];
}

/**
 * Returns one page of the logged models that match, by default newest first. The metrics of a model are the points
 * that name it, of any run. A metric in the filter means any of its points, a metric in the order means the latest.
 *
 * @example
 * ```ts
 * import { searchLoggedModels } from '@tidemark/core';
 *
 * const { models } = await searchLoggedModels(store, {
 *   filter: 'metrics.accuracy > 0.9',
 *   orderBy: 'metrics.accuracy DESC',
 * });
 * ```
 *
 * @throws FILTER_INVALID; INVALID_ARGUMENT if `maxResults` is out of range or the page token is invalid
 */
export async function searchLoggedModels(
  store: Store,
  options: SearchLoggedModelsOptions = {},
): Promise<{ models: readonly LoggedModel[]; nextPageToken?: string }> {
  assertArguments({ store }, 'searchLoggedModels', { store: 'store' });
  assertOptions(options, 'searchLoggedModels', {
    filter: 'string?',
    orderBy: 'any',
    maxResults: 'number?',
    pageToken: 'string?',
    experimentIds: 'strings?',
    view: 'string?',
    datasets: 'objects?',
    orderDatasets: 'objects?',
  });
  const { experimentIds, view = 'active', datasets = [], orderDatasets = datasets } = options;
  const search = planSearch(LOGGED_MODEL_TARGET, options, {
    experimentIds: experimentIds?.toSorted(),
    view,
    datasets: datasetTexts(datasets),
    ...(orderDatasets === datasets ? {} : { orderDatasets: datasetTexts(orderDatasets) }),
  });
  const all = await store.loggedModels(experimentIds === undefined ? {} : { experimentIds });
  const shown = all.filter(isInView(view));
  const points = await loggedModelPoints(store, {
    modelIds: shown.map(({ modelId }) => modelId),
    // A point of any metric can be on a dataset.
    ...(datasets.length > 0 ? {} : { keys: metricKeys(search) }),
  });
  const isMeasured = isOn(datasets);
  const isOrdering = isOn(orderDatasets);
  const { items, ...rest } = search.page(
    shown.flatMap((model) => {
      const ofModel = points.get(model.modelId) ?? [];
      const measured = ofModel.filter(isMeasured);
      if (datasets.length > 0 && measured.length === 0) return [];
      const ordering = ofModel.filter(isOrdering);
      return [{ model, measured: byKey(measured), ordering: byKey(ordering) }];
    }),
  );
  return { models: items.map(({ model }) => model), ...rest };
}

function datasetTexts(datasets: readonly MetricDataset[]): string[] {
  return datasets.map(datasetText).sort();
}

function datasetText({ name, digest = '' }: MetricDataset): string {
  return JSON.stringify([name, digest]);
}

function byKey(points: readonly MetricPoint[]): PointsByKey {
  const grouped = new Map<string, MetricPoint[]>();
  for (const point of points) {
    const ofKey = grouped.get(point.key);
    if (ofKey === undefined) grouped.set(point.key, [point]);
    else ofKey.push(point);
  }
  return grouped;
}

function isOn(datasets: readonly MetricDataset[]): (point: MetricPoint) => boolean {
  if (datasets.length === 0) return () => true;
  const ofAnyDigest = new Set(
    datasets.flatMap(({ name, digest }) => (digest === undefined ? [name] : [])),
  );
  const versions = new Set(datasets.filter(({ digest }) => digest !== undefined).map(datasetText));
  return ({ datasetName: name, datasetDigest: digest }) =>
    name !== undefined &&
    (ofAnyDigest.has(name) ||
      (digest !== undefined && versions.has(datasetText({ name, digest }))));
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
