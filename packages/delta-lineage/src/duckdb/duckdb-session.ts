import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Opens DuckDB when it is first needed: a log of JSON commits alone is read without it. */
export interface DuckdbSession {
  connect(): Promise<DuckDBConnection>;
}

/**
 * Runs `body` with a DuckDB of its own and closes it afterwards, so that nothing stays open between
 * calls. It reckons in UTC and loads no extensions.
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
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Where it may spill; by default that would be the working folder.
    temp_directory: join(tmpdir(), `tidemark-duckdb-${process.pid}`),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return { instance, connection };
}

/** A string as an SQL literal. */
export function sqlString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
