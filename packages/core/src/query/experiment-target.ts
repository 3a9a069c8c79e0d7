import type { Experiment } from '../model/experiment.ts';
import { byAttribute } from './order.ts';
import { ownValue } from './own-value.ts';
import type { SearchTarget } from './search-target.ts';

/** MLflow's limit (utils/validation.py). */
const GREATEST_ID_LENGTH = 64;

/** Experiments, as MLflow searches them (utils/search_utils.py, SearchExperimentsUtils). */
export const EXPERIMENT_TARGET: SearchTarget<Experiment> = {
  what: 'experiments',
  entities: ['tag'],
  attributes: {
    name: { type: 'string', value: (experiment) => experiment.name },
    experiment_id: {
      type: 'string',
      value: (experiment) => experiment.experimentId,
      // MLflow's databases order ids as numbers: 9 comes before 10.
      orderValue: (experiment) => experiment.experimentId.padStart(GREATEST_ID_LENGTH, '0'),
    },
    creation_time: { type: 'number', value: (experiment) => experiment.creationTimeMs },
    last_update_time: { type: 'number', value: (experiment) => experiment.lastUpdateTimeMs },
  },
  aliases: {},
  values: (experiment, { key }) => ownValue(experiment.tags, key),
  defaultOrder: [
    byAttribute('creation_time', 'descending'),
    byAttribute('experiment_id', 'ascending'),
  ],
  // With an explicit order, MLflow breaks ties in the opposite direction (sqlalchemy_store.py, "Add a tie-breaker").
  tieOrder: [byAttribute('experiment_id', 'descending')],
  defaultMaxResults: 1000,
  greatestMaxResults: 50_000,
};
