import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Opens DuckDB on first use. A log that has only JSON commits is read without it. */
export interface DuckdbSession {
  connect(): Promise<DuckDBConnection>;
}

/**
 * Runs `body` with its own DuckDB instance and closes it afterwards, so that nothing stays open between
 * calls. The time zone is UTC, and no extensions are loaded.
 */
export async function withDuckdb<T>(body: (session: DuckdbSession) => Promise<T>): Promise<T> {
  let opened: Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> | undefined;
  try {
    return await body({
      connect: async () => {
        opened ??= openDuckdb();
        return (await opened).connection;
      },
    });
  } finally {
    if (opened !== undefined) {
      const { instance, connection } = await opened;
      connection.closeSync();
      instance.closeSync();
    }
  }
}

async function openDuckdb(): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  // Loaded on first use, because it may be missing where only the log of a table is read.
  const duckdb = await import('@duckdb/node-api');
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // The folder for spilled data; by default DuckDB would use the working folder.
    temp_directory: join(tmpdir(), `tidemark-duckdb-${process.pid}`),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return { instance, connection };
}

/** Quotes a string as an SQL literal. */
export function sqlString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Quotes a name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
