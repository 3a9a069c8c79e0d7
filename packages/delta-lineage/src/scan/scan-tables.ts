import { type DuckDBConnection, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import { type Table, tableFromArrays } from 'apache-arrow';
import { registerArrowTable } from '../arrow/arrow-relation.ts';
import { deltaSchemaFromArrow } from '../arrow/delta-from-arrow.ts';

/** The deleted rows of one live file, counted from 0. */
export interface DeletedRows {
  /** Position of the file in the list of files that is scanned. */
  readonly fileIndex: number;
  readonly rows: readonly number[];
}

/** Sets DuckDB's variable `live_paths`: the list of files that a scan reads. */
export async function createPathList(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<void> {
  await connection.run('SET VARIABLE live_paths = $1', [listValue([...paths])], [LIST(VARCHAR)]);
}

/** Creates the table `deleted_rows` (file_index, row_index), both counted from 0. */
export async function createDeletedRows(
  connection: DuckDBConnection,
  deleted: readonly DeletedRows[],
): Promise<void> {
  const count = deleted.reduce((sum, { rows }) => sum + rows.length, 0);
  const fileIndex = new Int32Array(count);
  const rowIndex = new BigInt64Array(count);
  let next = 0;
  for (const { fileIndex: file, rows } of deleted) {
    for (const row of rows) {
      fileIndex[next] = file;
      rowIndex[next] = BigInt(row);
      next += 1;
    }
  }
  await createTable(
    connection,
    'deleted_rows',
    tableFromArrays({ file_index: fileIndex, row_index: rowIndex }),
    'file_index::UBIGINT AS file_index, row_index',
  );
}

/** Creates a temporary table from an Arrow table. `select` lists the expressions to keep. */
export async function createTable(
  connection: DuckDBConnection,
  name: string,
  rows: Table,
  select: string,
): Promise<void> {
  const relation = registerArrowTable(
    connection,
    `${name}_rows`,
    rows,
    deltaSchemaFromArrow(rows.schema),
  );
  await connection.run(`CREATE TEMP TABLE ${name} AS SELECT ${select} FROM ${relation.sql}`);
}
