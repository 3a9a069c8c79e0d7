import type { Experiment } from '@tidemark/core';
import { type KeyValue, keyValues } from './key-values.ts';
import { type SqlTable, sqlTable, text, time } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

/** Experiments and their tags. */
export const experimentTables: readonly SqlTable<StoreRecords>[] = [
  sqlTable<StoreRecords, Experiment>({
    name: 'experiments',
    description: 'Experiments, live and deleted.',
    items: ({ experiments }) => experiments,
    columns: {
      experiment_id: text('Digits in a string; `0` is Default.', (e) => e.experimentId),
      name: text('Its name, unique among live experiments.', (e) => e.name),
      lifecycle_stage: text('`active` or `deleted`.', (e) => e.lifecycleStage),
      creation_time: time('When it was created.', (e) => e.creationTimeMs),
      last_update_time: time('When it was last changed.', (e) => e.lastUpdateTimeMs),
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
