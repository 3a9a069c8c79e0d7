import type { Experiment } from '../model/experiment.ts';
import { byAttribute } from './order.ts';
import { ownValue } from './own-value.ts';
import type { SearchTarget } from './search-target.ts';

/** Experiments, as MLflow searches them (utils/search_utils.py, SearchExperimentsUtils). */
export const EXPERIMENT_TARGET: SearchTarget<Experiment> = {
  what: 'experiments',
  entities: ['tag'],
  attributes: {
    name: { type: 'string', value: (experiment) => experiment.name },
    experiment_id: { type: 'string', value: (experiment) => experiment.experimentId },
    creation_time: { type: 'number', value: (experiment) => experiment.creationTimeMs },
    last_update_time: { type: 'number', value: (experiment) => experiment.lastUpdateTimeMs },
  },
  aliases: {},
  values: (experiment, { key }) => ownValue(experiment.tags, key),
  defaultOrder: [
    byAttribute('creation_time', 'descending'),
    byAttribute('experiment_id', 'ascending'),
  ],
  defaultMaxResults: 1000,
  greatestMaxResults: 50_000,
};
