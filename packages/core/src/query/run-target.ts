import { DATASET_CONTEXT_TAG, type DatasetInput } from '../model/dataset.ts';
import type { Run } from '../model/run.ts';
import type { FilterField, FilterValue } from './filter.ts';
import { byAttribute } from './order.ts';
import { ownValue } from './own-value.ts';
import type { SearchTarget } from './search-target.ts';

/** Runs, as MLflow searches them (utils/search_utils.py, SearchUtils), with `experiment_id` added. */
export const RUN_TARGET: SearchTarget<Run> = {
  what: 'runs',
  entities: ['metric', 'param', 'tag', 'dataset'],
  attributes: {
    run_id: { type: 'string', value: (run) => run.runId },
    run_name: { type: 'string', value: (run) => run.name },
    status: { type: 'string', value: (run) => run.status },
    user_id: { type: 'string', value: (run) => run.userId },
    experiment_id: { type: 'string', value: (run) => run.experimentId },
    start_time: { type: 'number', value: (run) => run.startTimeMs },
    end_time: { type: 'number', value: (run) => run.endTimeMs },
  },
  aliases: {
    Created: 'start_time',
    created: 'start_time',
    'run name': 'run_name',
    'Run name': 'run_name',
    'Run Name': 'run_name',
    'run id': 'run_id',
    'Run ID': 'run_id',
  },
  values: runValues,
  defaultOrder: [byAttribute('start_time', 'descending'), byAttribute('run_id', 'ascending')],
  defaultMaxResults: 1000,
  greatestMaxResults: 50_000,
};

function runValues(run: Run, { entity, key }: FilterField): readonly FilterValue[] {
  if (entity === 'metric') return ownValue(run.metrics, key).map(({ value }) => value);
  if (entity === 'param') return ownValue(run.params, key);
  if (entity === 'tag') return ownValue(run.tags, key);
  return datasetValues(run.datasets, key);
}

/** Returns the values of `name`, `digest` or `context` of the datasets of a run. */
export function datasetValues(datasets: readonly DatasetInput[], key: string): readonly string[] {
  return datasets.flatMap((input) => datasetValue(input, key));
}

function datasetValue({ dataset, tags }: DatasetInput, key: string): readonly string[] {
  if (key === 'name') return [dataset.name];
  if (key === 'digest') return [dataset.digest];
  return ownValue(tags, DATASET_CONTEXT_TAG);
}
