import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openDeltaSnapshot } from '@tidemark/delta-lineage/tables';

/** The rows of the latest version of a table of a lake, sorted, as another engine reads them: as JSON of each row. */
export async function rowsOfLake(lake: string, table: string): Promise<string[]> {
  const path = join(lake, table);
  if (!existsSync(path)) return [];
  const { files } = await openDeltaSnapshot(path);
  if (files.length === 0) return [];
  const list = files.map((file) => `'${join(path, decodeURIComponent(file.path))}'`).join(', ');
  return rowsOf(`SELECT * FROM read_parquet([${list}])`);
}

/** The rows of a query of plain DuckDB, as sorted JSON. */
export async function rowsOf(sql: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const found = await connection.runAndReadAll(sql);
    return found
      .getRowObjectsJson()
      .map((row) => JSON.stringify(row))
      .sort();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
