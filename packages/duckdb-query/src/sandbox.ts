import type { DuckDBConnection } from '@duckdb/node-api';
import type { Store } from '@tidemark/core';
import type { Database } from './database.ts';
import { type Duckdb, lock } from './duckdb.ts';
import { loadMetrics } from './load-metrics.ts';
import { createTableSql, type SqlTable } from './sql-table.ts';
import type { StoreRecords } from './store-records.ts';
import { TableFill } from './table-fill.ts';
import { metricsTable } from './tables/metric-tables.ts';
import { recordTables } from './tables/store-tables.ts';

/** What a sandbox is made from. */
export interface SandboxParts {
  readonly duckdb: Duckdb;
  readonly store: Store;
  readonly records: StoreRecords;
  readonly withMetrics: boolean;
}

/**
 * Fills an empty database with the store's tables, and locks it: foreign SQL may run there, for
 * everything is in memory and there is no way to files or settings.
 */
export async function fillSandbox(database: Database, parts: SandboxParts): Promise<void> {
  const query = await database.begin();
  try {
    await query.step(async (connection) => {
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run('SET preserve_insertion_order = false');
      for (const table of recordTables) await fillTable(parts, connection, table);
      if (parts.withMetrics) {
        await loadMetrics(parts.duckdb, connection, parts.store, parts.records);
      } else {
        await connection.run(METRICS_TRIPWIRE);
      }
      await connection.run('SET preserve_insertion_order = true');
      await lock(connection);
    });
  } finally {
    await query.close();
  }
}

async function fillTable(
  { duckdb, records }: SandboxParts,
  connection: DuckDBConnection,
  table: SqlTable<StoreRecords>,
): Promise<void> {
  await connection.run(createTableSql(table));
  const fill = await TableFill.begin(duckdb, connection, table);
  fill.add(records);
  fill.finish();
}

/**
 * Stands for `metrics` where no query asked for it, so that it can be listed and described. The check
 * of every query sees the tables that it names; if one came here all the same, it must not get an
 * empty answer.
 */
const METRICS_TRIPWIRE = `
  CREATE VIEW metrics AS
    SELECT ${metricsTable.columns.map(({ name, type }) => `NULL::${type} AS "${name}"`).join(', ')}
    WHERE error('Metric histories were not loaded: name the table metrics in the text of the query.') IS NULL`;
