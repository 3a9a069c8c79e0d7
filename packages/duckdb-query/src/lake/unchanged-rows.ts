import type { DuckDBConnection } from '@duckdb/node-api';
import { filesSql } from './lake-sql.ts';
import { type LakeTableName, lakeTable } from './lake-tables.ts';

/** The rows of a table that a seal adds and drops. */
export interface RowChanges {
  /** SQL with the new rows. */
  readonly rows: string;
  /** About how many new rows there are; exactly, if there are none. */
  readonly count: number;
  /** The table with the runs whose rows in the lake are dropped. */
  readonly dropped: string;
}

/**
 * Leaves the rows of replaced runs in their files where they are the same as before: a tag of a run that ended long ago
 * must not cost the writing of all points in its files, nor must a clean-up of the logs. `replaced_runs` has these runs,
 * `dropped_runs` also those that leave the lake. Returns what is left to add and to drop.
 */
export async function withoutUnchanged(
  connection: DuckDBConnection,
  name: LakeTableName,
  files: readonly string[],
  { rows, count, dropped }: RowChanges,
): Promise<RowChanges> {
  const same = `same_${name}`;
  await connection.run(`
    CREATE TEMP TABLE old_rows AS
      SELECT * FROM (${filesSql(lakeTable(name), files)}) SEMI JOIN replaced_runs USING (run_id);
    CREATE TEMP TABLE later_rows AS SELECT * FROM (${rows}) SEMI JOIN replaced_runs USING (run_id);
    CREATE TEMP TABLE ${same} AS
      FROM replaced_runs ANTI JOIN (
        ((FROM old_rows) EXCEPT ALL (FROM later_rows)) UNION ALL ((FROM later_rows) EXCEPT ALL (FROM old_rows))
      ) USING (run_id);
    CREATE TEMP TABLE dropped_${name} AS FROM ${dropped} ANTI JOIN ${same} USING (run_id)`);
  const found = await connection.runAndReadAll(`
    SELECT count(*) FROM later_rows SEMI JOIN ${same} USING (run_id)`);
  await connection.run('DROP TABLE old_rows; DROP TABLE later_rows');
  return {
    rows: `SELECT * FROM (${rows}) ANTI JOIN ${same} USING (run_id)`,
    count: count - Number(found.getRows()[0]?.[0]),
    dropped: `dropped_${name}`,
  };
}
