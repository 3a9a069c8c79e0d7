import { fileURLToPath } from 'node:url';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Store } from '@tidemark/core';
import { readableLogs, readLogMetrics, type StoreDamage } from '@tidemark/core/node';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { metricsTable, type RunPoint, stagedMetrics } from '../tables/metric-tables.ts';
import { createTableSql } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { LINES_TABLE, POINTS_OF_LINES, readLines } from './read-lines.ts';
import { TableFill } from './table-fill.ts';

/** The sources of the metric points. */
export interface MetricsSource {
  readonly store: Store;
  readonly records: StoreRecords;
  /** Called for each place in the logs that cannot be read. */
  readonly onDamage: (damage: StoreDamage) => void;
}

/**
 * Creates the table `metrics` with every point of every known run. Exact duplicates count once. DuckDB itself
 * reads the logs of a store in a folder; any other store is read through its port. The table `runs` must be
 * filled first: runs that were never created (orphans) or were purged are unknown to the fold, and so to
 * SQL, while the logs may still hold lines of purged metrics.
 */
export async function loadMetrics(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  { store, records, onDamage }: MetricsSource,
): Promise<void> {
  await connection.run(createTableSql(stagedMetrics));
  const staged = await TableFill.begin(duckdb, connection, stagedMetrics);
  const sources = [`SELECT * FROM ${stagedMetrics.name}`];
  if (store.uri.startsWith('file:')) {
    const logs = readableLogs(fileURLToPath(store.uri));
    for (const path of await readLines(connection, logs, onDamage))
      staged.add(readLogMetrics(path));
    sources.push(POINTS_OF_LINES);
  } else {
    for (const { runId, metrics } of records.runs) {
      for (const key of Object.keys(metrics)) {
        const history = await store.metricHistory(runId, key);
        staged.add(history.map((point): RunPoint => ({ runId, point })));
      }
    }
  }
  staged.finish();
  await connection.run(`
    ${createTableSql(metricsTable)};
    INSERT INTO metrics
      SELECT DISTINCT * FROM (${sources.join(' UNION ALL BY NAME ')}) SEMI JOIN runs USING (run_id)
      ${withoutPurged(records)};
    DROP TABLE ${stagedMetrics.name};
    DROP TABLE IF EXISTS ${LINES_TABLE};
  `);
}

function withoutPurged({ runs }: StoreRecords): string {
  const gone = runs.flatMap(({ runId, purged = [] }) =>
    purged
      .filter(({ part }) => part === 'metric')
      .map(({ key }) => `(${literal(runId)}, ${literal(key)})`),
  );
  if (gone.length === 0) return '';
  return `ANTI JOIN (VALUES ${gone.join(', ')}) AS gone (run_id, key) USING (run_id, key)`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
