import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import { Database } from './database.ts';

/** DuckDB's package, loaded on first use: it is a peer dependency and may be missing. */
export type Duckdb = typeof import('@duckdb/node-api');

/** Loads DuckDB's package. @throws PACKAGE_MISSING */
export async function loadDuckdb(): Promise<Duckdb> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new TidemarkError(
      'PACKAGE_MISSING',
      'The package @duckdb/node-api cannot be loaded, and SQL needs it. Install it with: npm install @duckdb/node-api',
      { cause, details: { package: '@duckdb/node-api' } },
    );
  }
}

/** The limits of an instance. */
export interface InstanceLimits {
  /** In DuckDB's notation: `512MB`, `4GiB`. Default: 80% of the machine's memory. */
  readonly memoryLimit?: string;
  /** Number of threads. Default: one for each core. */
  readonly threads?: number;
}

/**
 * Creates a database in memory that loads no extensions, keeps no secrets and writes no files, not even
 * spilled data. It can still read files until `lock` forbids that.
 */
export async function createDatabase(duckdb: Duckdb, limits: InstanceLimits): Promise<Database> {
  const options = {
    // With this setting, errors have a kind and a position in the text.
    errors_as_json: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_persistent_secrets: 'false',
    // These settings would show folders of the machine.
    temp_directory: '',
    secret_directory: 'none',
    ...(limits.memoryLimit === undefined ? {} : { max_memory: limits.memoryLimit }),
    ...(limits.threads === undefined ? {} : { threads: String(limits.threads) }),
  };
  return new Database(await duckdb.DuckDBInstance.create(':memory:', options));
}

/** Permanently forbids the connection's database to read files, change settings and reach anything outside. */
export async function lock(connection: DuckDBConnection): Promise<void> {
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
