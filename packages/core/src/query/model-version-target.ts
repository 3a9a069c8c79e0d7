import type { ModelVersion } from '../model/registered-model.ts';
import { byAttribute } from './order.ts';
import { registryTagValues } from './registry-tag-values.ts';
import type { SearchTarget } from './search-target.ts';

/** A version with the name of its registered model. */
export interface FoundModelVersion {
  readonly modelName: string;
  readonly version: ModelVersion;
}

/** Versions, as MLflow searches them (utils/search_utils.py, SearchModelVersionUtils), with `model_id` added. */
export const MODEL_VERSION_TARGET: SearchTarget<FoundModelVersion> = {
  what: 'model versions',
  entities: ['tag'],
  refusesNull: true,
  attributes: {
    name: { type: 'string', value: ({ modelName }) => modelName },
    version_number: { type: 'number', value: ({ version }) => version.version },
    run_id: { type: 'string', value: ({ version }) => version.runId },
    model_id: { type: 'string', value: ({ version }) => version.modelId },
    source_path: { type: 'string', value: ({ version }) => version.source },
    creation_timestamp: { type: 'number', value: ({ version }) => version.creationTimeMs },
    last_updated_timestamp: { type: 'number', value: ({ version }) => version.lastUpdateTimeMs },
  },
  aliases: {},
  values: ({ version }, { key }) => registryTagValues(version.tags, key),
  defaultOrder: [
    byAttribute('last_updated_timestamp', 'descending'),
    byAttribute('name', 'ascending'),
    byAttribute('version_number', 'descending'),
  ],
  // MLflow's registry breaks ties this way and not by time (store/model_registry/sqlalchemy_store.py).
  tieOrder: [byAttribute('name', 'ascending'), byAttribute('version_number', 'descending')],
  defaultMaxResults: 10_000,
  greatestMaxResults: 200_000,
};
