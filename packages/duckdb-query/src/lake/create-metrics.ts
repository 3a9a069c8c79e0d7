import type { DuckDBConnection } from '@duckdb/node-api';
import type { RunId, Store } from '@tidemark/core';
import type { Database } from '../duckdb/database.ts';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { textLiteral } from '../duckdb/sql-literal.ts';
import { loadMetrics } from '../load/load-metrics.ts';
import { TableFill } from '../load/table-fill.ts';
import { metricsTable } from '../tables/metric-tables.ts';
import { createTableSql, sqlTable, text } from '../tables/sql-table.ts';
import type { StoreRecords } from '../tables/store-records.ts';
import { findLakePoints, type LakePoints } from './lake-points.ts';
import { columnList } from './lake-sql.ts';

/** What the points are read from. */
export interface MetricsSource {
  readonly duckdb: Duckdb;
  readonly store: Store;
  readonly records: StoreRecords;
  /** Whether to copy the points of the lake, so that no file is read afterwards. */
  readonly copies: boolean;
  /** Called if the store has a lake that cannot be used. */
  readonly onLakeProblem: (problem: Error) => void;
}

/** The schema of what belongs to the view `metrics`, apart from the tables of the store. */
const SCHEMA = 'lake';
/** The table of the runs of the store. */
const RUNS = 'runs';
/** DuckDB's variable with the files that the view reads. A list in its text would show where they are. */
const FILES = 'lake_files';

/** Makes a table of the view, and removes what only the view needs. */
const COPY_VIEW = `
  CREATE TABLE copied_metrics AS FROM ${metricsTable.name};
  DROP VIEW ${metricsTable.name};
  DROP SCHEMA ${SCHEMA} CASCADE;
  ALTER TABLE copied_metrics RENAME TO ${metricsTable.name};
  RESET VARIABLE ${FILES}`;

const changedRunsTable = sqlTable<readonly string[], string>({
  name: 'lake_changed_runs',
  description: 'Runs that have changed since they were sealed.',
  items: (runs) => runs,
  columns: { run_id: text('The run.', (runId) => runId) },
});

/**
 * Creates `metrics`: a table, or, if the store has a lake, a view of the files of the lake and a table of the points that
 * only the store has. The table `runs` must be filled first. The files are all that the database can read after it is
 * locked. Returns whether it reads files.
 */
export async function createMetrics(
  database: Database,
  connection: DuckDBConnection,
  { duckdb, store, records, copies, onLakeProblem }: MetricsSource,
): Promise<boolean> {
  const known = new Set<RunId>(records.runs.map(({ runId }) => runId));
  const found = await findLakePoints(connection, store, known);
  if (found !== undefined && 'unusable' in found) onLakeProblem(found.unusable);
  if (found === undefined || !('points' in found)) {
    await loadMetrics(duckdb, connection, { store, records, into: metricsTable.name });
    return false;
  }
  const { points } = found;
  await connection.run(`CREATE SCHEMA ${SCHEMA}`);
  await loadMetrics(duckdb, connection, {
    store,
    records,
    into: `${SCHEMA}.points`,
    isWanted: (runId) => !points.runs.has(runId),
  });
  const { files } = points;
  const setFiles = async (each: DuckDBConnection): Promise<void> => {
    const [value, type] = [duckdb.listValue([...files]), duckdb.LIST(duckdb.VARCHAR)];
    await each.run(`SET VARIABLE ${FILES} = $1`, [value], [type]);
  };
  await setFiles(connection);
  await createView(duckdb, connection, points);
  if (copies) {
    await connection.run(COPY_VIEW);
    return false;
  }
  database.prepareEach(setFiles);
  await connection.run(`SET allowed_paths = [${files.map(textLiteral).join(', ')}]`);
  return files.length > 0;
}

async function createView(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  { files, changed, hasUnknown }: LakePoints,
): Promise<void> {
  const columns = columnList(metricsTable);
  const filters = hasUnknown ? [`SEMI JOIN ${RUNS} USING (run_id)`] : [];
  if (changed.length > 0) {
    await connection.run(createTableSql(changedRunsTable));
    const fill = await TableFill.begin(duckdb, connection, changedRunsTable);
    fill.add(changed);
    fill.finish();
    await connection.run(`
      CREATE TABLE ${SCHEMA}.changed_runs AS FROM ${changedRunsTable.name};
      DROP TABLE ${changedRunsTable.name}`);
    filters.push(`ANTI JOIN ${SCHEMA}.changed_runs USING (run_id)`);
  }
  const sealed = `
    SELECT ${columns} FROM read_parquet(getvariable('${FILES}'), hive_partitioning = false)
    ${filters.join(' ')}`;
  const parts = files.length === 0 ? [] : [sealed];
  await connection.run(`
    CREATE VIEW ${metricsTable.name} AS
      ${[...parts, `SELECT ${columns} FROM ${SCHEMA}.points`].join(' UNION ALL ')}`);
}
