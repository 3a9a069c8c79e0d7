import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import { Database } from './database.ts';

/** DuckDB's package, loaded when it is first needed: it is a peer, and may be missing. */
export type Duckdb = typeof import('@duckdb/node-api');

/** @throws PACKAGE_MISSING */
export async function loadDuckdb(): Promise<Duckdb> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new TidemarkError(
      'PACKAGE_MISSING',
      'SQL needs the package @duckdb/node-api, which cannot be loaded. Install it with: npm install @duckdb/node-api',
      { cause, details: { package: '@duckdb/node-api' } },
    );
  }
}

/** What an instance may use. */
export interface InstanceLimits {
  /** As DuckDB says it: `512MB`, `4GiB`. Its default is 80% of the machine's memory. */
  readonly memoryLimit?: string;
  /** Default: one for each core. */
  readonly threads?: number;
}

/**
 * A database in memory that loads no extension, keeps no secrets and writes no file, not even to
 * spill. It can still read files: `lock` takes that away.
 */
export async function createDatabase(duckdb: Duckdb, limits: InstanceLimits): Promise<Database> {
  const options = {
    // Errors then carry their kind and their position in the text.
    errors_as_json: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_persistent_secrets: 'false',
    // Folders of the machine, which settings would show.
    temp_directory: '',
    secret_directory: 'none',
    ...(limits.memoryLimit === undefined ? {} : { max_memory: limits.memoryLimit }),
    ...(limits.threads === undefined ? {} : { threads: String(limits.threads) }),
  };
  return new Database(await duckdb.DuckDBInstance.create(':memory:', options));
}

/** Takes files, settings and everything outside away from the connection's database, for good. */
export async function lock(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
