import type { RunFold } from '../fold/run-fold.ts';
import type { FilterField, FilterValue } from '../query/filter.ts';
import { datasetValues, RUN_TARGET } from '../query/run-target.ts';
import type { SearchTarget } from '../query/search-target.ts';
import type { RunReading } from './run-reading.ts';

/** Returns the search target of runs that are held as folds: a search reads only the values that it names. */
export function runFoldTarget(reading: RunReading): SearchTarget<RunFold> {
  return {
    ...RUN_TARGET,
    orderValue: undefined,
    attributes: {
      run_id: { type: 'string', value: (fold) => fold.runId },
      run_name: { type: 'string', value: (fold) => fold.name },
      status: {
        type: 'string',
        value: (fold) => reading.status(fold.status, () => fold.openers),
      },
      user_id: { type: 'string', value: (fold) => fold.created?.user },
      experiment_id: { type: 'string', value: (fold) => fold.created?.experiment },
      start_time: { type: 'number', value: (fold) => fold.created?.timeMs },
      end_time: { type: 'number', value: (fold) => fold.endTimeMs },
    },
    values: foldValues,
  };
}

function foldValues(fold: RunFold, { entity, key }: FilterField): readonly FilterValue[] {
  if (entity === 'dataset') return datasetValues(fold.datasets, key);
  const value =
    entity === 'metric' ? fold.metric(key) : entity === 'param' ? fold.param(key) : fold.tag(key);
  return value === undefined ? [] : [value];
}
