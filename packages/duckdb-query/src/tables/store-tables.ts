import type { SqlTable, TableDescription } from '../sql-table.ts';
import type { StoreRecords } from '../store-records.ts';
import { datasetTables } from './dataset-tables.ts';
import { experimentTables } from './experiment-tables.ts';
import { latestMetricsTable, metricsTable } from './metric-tables.ts';
import { modelTables } from './model-tables.ts';
import { purgedTable } from './purged-table.ts';
import { registryTables } from './registry-tables.ts';
import { reviewTables } from './review-tables.ts';
import { runTables } from './run-tables.ts';

/** The tables that are filled from a store's records. */
export const recordTables: readonly SqlTable<StoreRecords>[] = [
  ...experimentTables,
  ...runTables,
  latestMetricsTable,
  ...datasetTables,
  ...modelTables,
  ...registryTables,
  ...reviewTables,
  purgedTable,
];

/** Every table there is in SQL, in the order in which people look for them. */
export const TABLES: readonly TableDescription[] = [
  ...runTables,
  latestMetricsTable,
  metricsTable,
  ...datasetTables,
  ...experimentTables,
  ...modelTables,
  ...registryTables,
  ...reviewTables,
  purgedTable,
].map(({ name, description, columns }) => ({ name, description, columns }));
