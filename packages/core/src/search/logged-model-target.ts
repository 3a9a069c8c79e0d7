import type { LoggedModel } from '../model/logged-model.ts';
import type { FilterField, FilterValue } from './filter.ts';
import { byAttribute } from './order.ts';
import { ownValue } from './own-value.ts';
import type { SearchTarget } from './search-target.ts';

/** A logged model with the latest values of the metrics that the search names. */
export interface MeasuredModel {
  readonly model: LoggedModel;
  readonly metrics: ReadonlyMap<string, number>;
}

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
  defaultOrder: [
    byAttribute('creation_timestamp', 'descending'),
    byAttribute('model_id', 'ascending'),
  ],
  defaultMaxResults: 50,
  greatestMaxResults: 50_000,
};

function measuredValues(
  { model, metrics }: MeasuredModel,
  { entity, key }: FilterField,
): readonly FilterValue[] {
  if (entity === 'param') return ownValue(model.params, key);
  if (entity === 'tag') return ownValue(model.tags, key);
  const value = metrics.get(key);
  return value === undefined ? [] : [value];
}
