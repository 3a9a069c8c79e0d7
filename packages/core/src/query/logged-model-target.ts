import type { LoggedModel } from '../model/logged-model.ts';
import { comparePoints, type MetricPoint } from '../model/metric.ts';
import type { FilterField, FilterValue } from './filter.ts';
import { byAttribute } from './order.ts';
import { ownValue } from './own-value.ts';
import type { SearchTarget } from './search-target.ts';

/** A logged model with the points that a search may read. */
export interface MeasuredModel {
  readonly model: LoggedModel;
  /**
   * A metric in a filter means any of these points. They are grouped by metric, so that each condition reads only its
   * own.
   */
  readonly measured: PointsByKey;
  /** A metric in the order means the latest of these points. */
  readonly ordering: PointsByKey;
}

/** Points by the key of their metric. */
export type PointsByKey = ReadonlyMap<string, readonly MetricPoint[]>;

/** Logged models, as MLflow searches them (utils/search_logged_model_utils.py). */
export const LOGGED_MODEL_TARGET: SearchTarget<MeasuredModel> = {
  what: 'logged models',
  entities: ['metric', 'param', 'tag'],
  attributes: {
    name: { type: 'string', value: ({ model }) => model.name },
    model_id: { type: 'string', value: ({ model }) => model.modelId },
    model_type: { type: 'string', value: ({ model }) => model.modelType },
    status: { type: 'string', value: ({ model }) => model.status },
    source_run_id: { type: 'string', value: ({ model }) => model.sourceRunId },
    experiment_id: { type: 'string', value: ({ model }) => model.experimentId },
    creation_timestamp: { type: 'number', value: ({ model }) => model.creationTimeMs },
    last_updated_timestamp: { type: 'number', value: ({ model }) => model.lastUpdateTimeMs },
  },
  aliases: {
    creation_time: 'creation_timestamp',
    creation_timestamp_ms: 'creation_timestamp',
    last_updated_timestamp_ms: 'last_updated_timestamp',
  },
  values: measuredValues,
  orderValue: (item, field) =>
    field.entity === 'metric'
      ? latestValue(item.ordering.get(field.key) ?? [])
      : measuredValues(item, field)[0],
  defaultOrder: [
    byAttribute('creation_timestamp', 'descending'),
    byAttribute('model_id', 'ascending'),
  ],
  defaultMaxResults: 50,
  greatestMaxResults: 50_000,
};

function measuredValues(
  { model, measured }: MeasuredModel,
  { entity, key }: FilterField,
): readonly FilterValue[] {
  if (entity === 'param') return ownValue(model.params, key);
  if (entity === 'tag') return ownValue(model.tags, key);
  return measured.get(key)?.map(({ value }) => value) ?? [];
}

function latestValue(points: readonly MetricPoint[]): number | undefined {
  let latest: MetricPoint | undefined;
  for (const point of points) {
    if (latest === undefined || comparePoints(point, latest) > 0) latest = point;
  }
  return latest?.value;
}
