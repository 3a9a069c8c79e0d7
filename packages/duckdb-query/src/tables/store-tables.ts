import { datasetTables } from './dataset-tables.ts';
import { experimentTables } from './experiment-tables.ts';
import { latestMetricsTable, metricsTable } from './metric-tables.ts';
import { modelTables } from './model-tables.ts';
import { purgedTable } from './purged-table.ts';
import { registryTables } from './registry-tables.ts';
import { reviewTables } from './review-tables.ts';
import { runTables } from './run-tables.ts';
import type { SqlTable, TableDescription } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';

/** Every SQL table, in the order of the documentation. */
const STORE_TABLES: readonly (SqlTable<StoreRecords> | typeof metricsTable)[] = [
  ...runTables,
  latestMetricsTable,
  metricsTable,
  ...datasetTables,
  ...experimentTables,
  ...modelTables,
  ...registryTables,
  ...reviewTables,
  purgedTable,
];

/** The tables that are filled from a store's records: all except the points, which are read on demand. */
export const recordTables: readonly SqlTable<StoreRecords>[] = STORE_TABLES.filter(
  (table): table is SqlTable<StoreRecords> => table !== metricsTable,
);

/** The tables of SQL over a store, with their descriptions and columns. */
export const TABLES: readonly TableDescription[] = STORE_TABLES.map(
  ({ name, description, columns }) => ({ name, description, columns }),
);
