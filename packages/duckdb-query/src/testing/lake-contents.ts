import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openDeltaSnapshot } from '@tidemark/delta-lineage/tables';

/** The paths of the files of the latest version of a table of a lake. */
export async function liveFiles(lake: string, table: string): Promise<string[]> {
  const path = join(lake, table);
  const { files } = await openDeltaSnapshot(path);
  return files.map((file) => join(path, decodeURIComponent(file.path)));
}

/** The rows of the latest version of a table of a lake, sorted, as another engine reads them: as JSON of each row. */
export async function rowsOfLake(lake: string, table: string): Promise<string[]> {
  if (!existsSync(join(lake, table))) return [];
  const files = await liveFiles(lake, table);
  if (files.length === 0) return [];
  return rowsOf(`SELECT * FROM read_parquet([${files.map((file) => `'${file}'`).join(', ')}])`);
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
