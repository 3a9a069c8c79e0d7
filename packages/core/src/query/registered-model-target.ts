import type { RegisteredModel } from '../model/registered-model.ts';
import { byAttribute } from './order.ts';
import { registryTagValues } from './registry-tag-values.ts';
import type { SearchTarget } from './search-target.ts';

/** Registered models, as MLflow searches them (utils/search_utils.py, SearchModelUtils), with the times added. */
export const REGISTERED_MODEL_TARGET: SearchTarget<RegisteredModel> = {
  what: 'registered models',
  entities: ['tag'],
  refusesNull: true,
  attributes: {
    name: { type: 'string', value: (model) => model.name },
    creation_timestamp: { type: 'number', value: (model) => model.creationTimeMs },
    last_updated_timestamp: { type: 'number', value: (model) => model.lastUpdateTimeMs },
  },
  aliases: { timestamp: 'last_updated_timestamp' },
  values: (model, { key }) => registryTagValues(model.tags, key),
  defaultOrder: [byAttribute('name', 'ascending')],
  defaultMaxResults: 100,
  greatestMaxResults: 1000,
};
