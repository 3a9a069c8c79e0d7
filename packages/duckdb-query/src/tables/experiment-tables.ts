import type { Experiment } from '@tidemark/core';
import { type KeyValue, keyValues } from './key-values.ts';
import { type SqlTable, sqlTable, text, time } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

/** Experiments and their tags. */
export const experimentTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, Experiment>({
    name: 'experiments',
    description: 'Experiments, including deleted ones.',
    items: ({ experiments }) => experiments,
    columns: {
      experiment_id: text(
        'The id, digits as text; `0` is the experiment Default.',
        (e) => e.experimentId,
      ),
      name: text('The name, unique among active experiments.', (e) => e.name),
      lifecycle_stage: text('`active` or `deleted`.', (e) => e.lifecycleStage),
      creation_time: time('The creation time.', (e) => e.creationTimeMs),
      last_update_time: time('The time of the last change.', (e) => e.lastUpdateTimeMs),
    },
  }),
  sqlTable<StoreRecords, KeyValue<Experiment>>({
    name: 'experiment_tags',
    description: 'Tags of experiments.',
    items: ({ experiments }) => keyValues(experiments, ({ tags }) => tags),
    columns: {
      experiment_id: text('The experiment.', ({ owner }) => owner.experimentId),
      key: text('The key, unique in its experiment.', ({ key }) => key),
      value: text('The value.', ({ value }) => value),
    },
  }),
];
