import { bestMetricsTable } from './best-metrics-table.ts';
import { datasetTables } from './dataset-tables.ts';
import { experimentTables } from './experiment-tables.ts';
import { lineageTable } from './lineage-table.ts';
import { latestMetricsTable, metricsTable } from './metric-tables.ts';
import { modelTables } from './model-tables.ts';
import { purgedTable } from './purged-table.ts';
import { registryTables } from './registry-tables.ts';
import { reviewTables } from './review-tables.ts';
import { runTables } from './run-tables.ts';
import type { ColumnDescription, SqlTable, TableDescription } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';
import { unitOf } from './unit-of.ts';

/** Every SQL table, in the order of the documentation. */
const STORE_TABLES: readonly (SqlTable<StoreRecords> | TableDescription)[] = [
  ...runTables,
  latestMetricsTable,
  metricsTable,
  bestMetricsTable,
  ...datasetTables,
  ...experimentTables,
  ...modelTables,
  lineageTable,
  ...registryTables,
  ...reviewTables,
  purgedTable,
];

/** The tables that are filled from a store's records: all except the points, which are read on demand. */
export const recordTables: readonly SqlTable<StoreRecords>[] = STORE_TABLES.filter(
  (table): table is SqlTable<StoreRecords> => 'items' in table,
);

/** The tables that read metric points, which are loaded when a query first names one of them. */
export const pointTables: readonly TableDescription[] = [metricsTable, bestMetricsTable];

/** The tables of SQL over a store, with their descriptions and columns. */
export const TABLES: readonly TableDescription[] = STORE_TABLES.map(
  ({ name, description, columns }) => ({ name, description, columns: columns.map(withUnit) }),
);

function withUnit({ name, type, description }: ColumnDescription): ColumnDescription {
  const unit = unitOf(name);
  return { name, type, ...(unit === undefined ? {} : { unit }), description };
}
