import type { DuckDBConnection } from '@duckdb/node-api';
import type { Run, RunId, Store } from '@tidemark/core';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { PointFill } from '../load/point-fill.ts';
import { TableFill } from '../load/table-fill.ts';
import { createTableSql, type SqlTable, sqlTable, text } from '../tables/sql-table.ts';
import { readRecords, type StoreRecords } from '../tables/store-records.ts';
import { recordTables } from '../tables/store-tables.ts';
import { columnList, filesSql } from './lake-sql.ts';
import { type LakeTableName, lakeTable } from './lake-tables.ts';
import { filesOf, type Lake } from './open-lake.ts';
import { type RowChanges, withoutUnchanged } from './unchanged-rows.ts';

const runMarksTable: SqlTable<ReadonlyMap<RunId, string>> = sqlTable<
  ReadonlyMap<RunId, string>,
  readonly [RunId, string]
>({
  name: 'run_marks',
  description: 'The marks of the runs of the store.',
  items: (marks) => marks,
  columns: {
    run_id: text('The run.', ([runId]) => runId),
    mark: text('Its mark.', ([, mark]) => mark),
  },
});

/** What a seal has to do, staged in DuckDB. */
export interface StagedChanges {
  readonly tables: Readonly<Record<LakeTableName, RowChanges>>;
  readonly sealedRuns: number;
  readonly replacedRuns: number;
  readonly removedRuns: number;
  /** Whether anything in the lake was purged from the store. */
  readonly purges: boolean;
}

/**
 * Compares a store with its lake, and stages what the lake lacks: the rows of runs that ended and are not in it, or have
 * changed since.
 */
export async function stageChanges(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  { store, lake }: { readonly store: Store; readonly lake: Lake | undefined },
): Promise<StagedChanges> {
  // Before the records and the points: then what comes in between makes a run look changed, never unchanged.
  const marks = (await store.runMarks?.()) ?? new Map<RunId, string>();
  const records = await readRecords(store);
  const ended = records.runs.filter(isEnded);
  await fill(duckdb, connection, runMarksTable, marks);
  await fillRecords(duckdb, connection, ['runs', 'registry_activity'], { ...records, runs: ended });
  const runs = lakeTable('runs');
  const sealed = lake === undefined ? [] : await filesOf(lake, 'runs');
  await connection.run(`
    CREATE TEMP TABLE sealed_runs AS ${filesSql(runs, sealed)};
    CREATE TEMP TABLE current_runs AS
      SELECT ${columnList(runs)} FROM (SELECT r.*, mark AS sealed_state FROM runs r JOIN run_marks USING (run_id));
    CREATE TEMP TABLE new_runs AS
      SELECT run_id FROM current_runs ANTI JOIN sealed_runs USING (run_id, sealed_state);
    CREATE TEMP TABLE dropped_runs AS
      SELECT run_id FROM sealed_runs ANTI JOIN current_runs USING (run_id, sealed_state);
    CREATE TEMP TABLE new_rows AS (FROM current_runs) EXCEPT (FROM sealed_runs);
    CREATE TEMP TABLE dropped_rows AS
      SELECT run_id FROM ((FROM sealed_runs) EXCEPT (FROM current_runs))`);
  const fresh = new Set(await texts(connection, 'FROM new_runs'));
  const gone = await texts(
    connection,
    'SELECT run_id FROM dropped_runs ANTI JOIN new_runs USING (run_id)',
  );
  await connection.run(`
    CREATE TEMP TABLE replaced_runs AS
      SELECT run_id FROM dropped_runs SEMI JOIN new_runs USING (run_id)`);
  const replaced = await texts(connection, 'FROM replaced_runs');
  const newRuns = ended.filter(({ runId }) => fresh.has(runId));
  await fillRecords(duckdb, connection, ['params', 'tags'], { ...records, runs: newRuns });
  const points = await stagePoints(duckdb, connection, store, fresh);
  const ofRuns = async (name: LakeTableName, from: string, count: number): Promise<RowChanges> => {
    const rows = `SELECT ${columnList(lakeTable(name))} FROM (${from}) JOIN runs USING (run_id)`;
    const all: RowChanges = { rows, count, dropped: 'dropped_runs' };
    if (lake === undefined || replaced.length === 0) return all;
    return withoutUnchanged(connection, name, await filesOf(lake, name), all);
  };
  return {
    tables: {
      params: await ofRuns('params', 'FROM params', await countOf(connection, 'params')),
      tags: await ofRuns('tags', 'FROM tags', await countOf(connection, 'tags')),
      metrics: await ofRuns('metrics', points.sql, points.count),
      // They are replaced as a whole.
      registry_events: {
        rows: 'FROM registry_activity',
        count: records.registryEvents.length,
        dropped: 'dropped_runs',
      },
      runs: {
        rows: 'FROM new_rows',
        count: await countOf(connection, 'new_rows'),
        dropped: 'dropped_rows',
      },
    },
    sealedRuns: fresh.size - replaced.length,
    replacedRuns: replaced.length,
    removedRuns: gone.length,
    purges: hasPurges(records, [...gone, ...replaced]),
  };
}

/** Whether the run has ended by its own events. A lost run may come back, so it stays in the logs. */
function isEnded({ status, lostReason }: Run): boolean {
  return lostReason === undefined && status !== 'RUNNING' && status !== 'SCHEDULED';
}

/** Whether one of these runs, which the lake has, was purged, or a part of it. */
function hasPurges({ runs }: StoreRecords, sealed: readonly string[]): boolean {
  const byId = new Map(runs.map((run) => [run.runId as string, run]));
  return sealed.some((runId) => {
    const run = byId.get(runId);
    return run === undefined || run.purged !== undefined;
  });
}

async function stagePoints(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  store: Store,
  wanted: ReadonlySet<string>,
): Promise<{ readonly sql: string; readonly count: number }> {
  const points = await PointFill.begin(duckdb, connection);
  let count = 0;
  if (wanted.size > 0) {
    for await (const columns of store.metricColumns?.((runId) => wanted.has(runId)) ?? []) {
      points.add(columns);
      count += columns.values.length;
    }
  }
  return { sql: await points.finish(), count };
}

async function fillRecords(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  names: readonly string[],
  records: StoreRecords,
): Promise<void> {
  for (const table of recordTables) {
    if (names.includes(table.name)) await fill(duckdb, connection, table, records);
  }
}

async function fill<Source>(
  duckdb: Duckdb,
  connection: DuckDBConnection,
  table: SqlTable<Source>,
  source: Source,
): Promise<void> {
  await connection.run(createTableSql(table));
  const filling = await TableFill.begin(duckdb, connection, table);
  filling.add(source);
  filling.finish();
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[]> {
  const found = await connection.runAndReadAll(sql);
  return (found.getColumns()[0] ?? []).map(String);
}

async function countOf(connection: DuckDBConnection, table: string): Promise<number> {
  const found = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
  return Number(found.getRows()[0]?.[0]);
}
