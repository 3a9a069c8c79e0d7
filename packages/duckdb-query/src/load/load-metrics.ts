import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricColumns, RunId, Store } from '@tidemark/core';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { metricsTable } from '../tables/metric-tables.ts';
import { columnsSql } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { columnsOfHistory } from './columns-of-history.ts';
import { PointFill } from './point-fill.ts';

/** The points to load. */
export interface PointsToLoad {
  readonly store: Store;
  readonly records: StoreRecords;
  /** The name of the table to create. */
  readonly into: string;
  /** Leaves out the other runs. */
  readonly isWanted?: (runId: RunId) => boolean;
}

/**
 * Creates a table like `metrics` with every point of every known run that is wanted. Exact duplicates count once. The table
 * `runs` must be filled first: it leaves out the points of runs that were created since.
 */
export async function loadMetrics(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  { store, records, into, isWanted }: PointsToLoad,
): Promise<void> {
  const fill = await PointFill.begin(duckdb, connection);
  for await (const columns of store.metricColumns?.(isWanted) ?? histories(store, records)) {
    fill.add(columns);
  }
  const points = await fill.finish();
  await connection.run(`
    CREATE TABLE ${into} (${columnsSql(metricsTable)});
    INSERT INTO ${into} BY NAME SELECT * FROM (${points}) SEMI JOIN runs USING (run_id);
    ${PointFill.dropSql}`);
}

async function* histories(store: Store, { runs }: StoreRecords): AsyncGenerator<MetricColumns> {
  for (const { runId, metrics } of runs) {
    for (const key of Object.keys(metrics)) {
      yield columnsOfHistory(runId, key, await store.metricHistory(runId, key));
    }
  }
}
