import type { DuckDBConnection } from '@duckdb/node-api';
import type { Store } from '@tidemark/core';
import type { Database } from '../duckdb/database.ts';
import { type Duckdb, lock } from '../duckdb/duckdb.ts';
import { foldedTextsTable, MOVE_FOLDED_TEXTS } from '../filter/folded-texts-table.ts';
import { createMetrics } from '../lake/create-metrics.ts';
import { TableFill } from '../load/table-fill.ts';
import { CREATE_BEST_METRICS } from '../tables/best-metrics-table.ts';
import { createTableSql, type SqlTable, type TableDescription } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { pointTables, recordTables } from '../tables/store-tables.ts';
import { CREATE_RUNS_WIDE } from '../tables/wide-runs-table.ts';

/**
 * The points that a sandbox has: none; all, of which those in a lake are read from its files; or copies of all, so that it
 * reads no file.
 */
export type SandboxKind = 'records' | 'metrics' | 'copies';

/** The parts of a sandbox. */
export interface SandboxParts {
  readonly duckdb: Duckdb;
  readonly store: Store;
  readonly records: StoreRecords;
  readonly kind: SandboxKind;
  /** Called if the store has a lake that cannot be used. */
  readonly onLakeProblem: (problem: Error) => void;
}

/**
 * Fills an empty database with the store's tables and locks it. Untrusted SQL may run there: there is no access to settings,
 * nor to files, except that the view `metrics` reads those of the lake. Returns whether it does.
 */
export async function fillSandbox(database: Database, parts: SandboxParts): Promise<boolean> {
  const query = await database.begin();
  let readsFiles = false;
  try {
    await query.step(async (connection) => {
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run('SET preserve_insertion_order = false');
      for (const table of recordTables) await fillTable(parts, connection, table);
      await fillTable(parts, connection, foldedTextsTable);
      await connection.run(MOVE_FOLDED_TEXTS);
      await connection.run(CREATE_RUNS_WIDE);
      if (parts.kind !== 'records') {
        readsFiles = await createMetrics(database, connection, {
          ...parts,
          copies: parts.kind === 'copies',
        });
        await connection.run(CREATE_BEST_METRICS);
      } else {
        for (const table of pointTables) await connection.run(tripwireOf(table));
      }
      await connection.run('SET preserve_insertion_order = true');
      // DuckDB counts what is done only with a progress bar, which must not be printed. Each connection has its own
      // settings, and they are locked now, so the first query of a user gets this one.
      await connection.run('SET enable_progress_bar = true');
      await connection.run('SET enable_progress_bar_print = false');
      await lock(connection);
    });
    database.keep(query);
    return readsFiles;
  } catch (error) {
    await query.close();
    throw error;
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
 * View in place of a table of points when no query has asked for points, so that it can be listed and described. The check
 * of every query sees which tables it names. A query that still gets here must fail instead of getting an
 * empty result.
 */
function tripwireOf({ name: table, columns }: TableDescription): string {
  return `
    CREATE VIEW ${table} AS
      SELECT ${columns.map(({ name, type }) => `NULL::${type} AS "${name}"`).join(', ')}
      WHERE error('Metric histories were not loaded: name the table ${table} in the text of the query.') IS NULL`;
}
