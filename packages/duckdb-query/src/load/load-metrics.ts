import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricColumns, Store } from '@tidemark/core';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { metricsTable } from '../tables/metric-tables.ts';
import { createTableSql } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { columnsOfHistory } from './columns-of-history.ts';
import { PointFill } from './point-fill.ts';

/**
 * Creates the table `metrics` with every point of every known run. Exact duplicates count once. The table `runs` must be
 * filled first: it leaves out the points of runs that were created since.
 */
export async function loadMetrics(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  { store, records }: { readonly store: Store; readonly records: StoreRecords },
): Promise<void> {
  const fill = await PointFill.begin(duckdb, connection);
  for await (const columns of store.metricColumns?.() ?? histories(store, records)) {
    fill.add(columns);
  }
  const points = await fill.finish();
  await connection.run(`
    ${createTableSql(metricsTable)};
    INSERT INTO metrics BY NAME SELECT * FROM (${points}) SEMI JOIN runs USING (run_id);
    ${PointFill.dropSql}`);
}

async function* histories(store: Store, { runs }: StoreRecords): AsyncGenerator<MetricColumns> {
  for (const { runId, metrics } of runs) {
    for (const key of Object.keys(metrics)) {
      yield columnsOfHistory(runId, key, await store.metricHistory(runId, key));
    }
  }
}
