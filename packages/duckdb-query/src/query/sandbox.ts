import type { DuckDBConnection } from '@duckdb/node-api';
import type { Store } from '@tidemark/core';
import type { StoreDamage } from '@tidemark/core/node';
import type { Database } from '../duckdb/database.ts';
import { type Duckdb, lock } from '../duckdb/duckdb.ts';
import { loadMetrics } from '../load/load-metrics.ts';
import { TableFill } from '../load/table-fill.ts';
import { metricsTable } from '../tables/metric-tables.ts';
import { createTableSql, type SqlTable } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { recordTables } from '../tables/store-tables.ts';

/** The parts of a sandbox. */
export interface SandboxParts {
  readonly duckdb: Duckdb;
  readonly store: Store;
  readonly records: StoreRecords;
  readonly withMetrics: boolean;
  /** Called for each place in the logs that cannot be read, even if the store did not read it because of an index. */
  readonly onDamage: (damage: StoreDamage) => void;
}

/**
 * Fills an empty database with the store's tables and locks it. Untrusted SQL may run there: everything is in
 * memory, and there is no access to files or settings.
 */
export async function fillSandbox(database: Database, parts: SandboxParts): Promise<void> {
  const query = await database.begin();
  try {
    await query.step(async (connection) => {
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run('SET preserve_insertion_order = false');
      for (const table of recordTables) await fillTable(parts, connection, table);
      if (parts.withMetrics) {
        const { duckdb, store, records, onDamage } = parts;
        await loadMetrics(duckdb, connection, { store, records, onDamage });
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
 * View in place of `metrics` when no query has asked for it, so that it can be listed and described. The check of
 * every query sees which tables it names. A query that still gets here must fail instead of getting an
 * empty result.
 */
const METRICS_TRIPWIRE = `
  CREATE VIEW metrics AS
    SELECT ${metricsTable.columns.map(({ name, type }) => `NULL::${type} AS "${name}"`).join(', ')}
    WHERE error('Metric histories were not loaded: name the table metrics in the text of the query.') IS NULL`;
