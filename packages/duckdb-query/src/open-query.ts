import { openStore } from '@tidemark/client';
import { assertArguments, type Store, TidemarkError } from '@tidemark/core';
import { loadDuckdb } from './duckdb/duckdb.ts';
import { assertQueryOptions, type QueryRunOptions } from './query/query-options.ts';
import type { QueryParameters } from './query/query-parameter.ts';
import { QuerySession } from './query/query-session.ts';
import type { QueryResult } from './result/query-row.ts';

/** Options of `openQuery`. */
export interface OpenQueryOptions {
  /** A store or its URI, which must exist. Default: the store that `openStore()` finds. */
  readonly store?: Store | string;
  /** The maximum memory that DuckDB may use, such as `512MB` or `4GiB`. Default: 80% of the machine's. */
  readonly memoryLimit?: string;
  /** The number of threads that DuckDB may use. Default: one for each core. */
  readonly threads?: number;
}

/**
 * Opens a session for SQL over a store. Close the session when you no longer need it; the store stays
 * open. `TABLES` lists the tables and their columns.
 *
 * @throws PACKAGE_MISSING without `@duckdb/node-api`; INVALID_ARGUMENT; STORE_NOT_FOUND and what `openStore` throws
 *
 * @example
 * ```ts
 * const session = await openQuery({ store: './tidemark' });
 * try {
 *   const { rows } = await session.query(
 *     `SELECT name, value FROM runs JOIN latest_metrics USING (run_id) WHERE key = $1`,
 *     ['accuracy'],
 *   );
 *   console.table(rows);
 * } finally {
 *   await session.close();
 * }
 * ```
 */
export async function openQuery(options: OpenQueryOptions = {}): Promise<QuerySession> {
  assertArguments({ options }, 'openQuery', { options: 'record' });
  const { memoryLimit, threads } = options;
  if (memoryLimit !== undefined && !/^\d+(\.\d+)? ?([KMGT]i?)?B$/i.test(memoryLimit)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The memory limit ${JSON.stringify(memoryLimit)} is not a size. Write one such as "512MB" or "4GiB".`,
    );
  }
  if (threads !== undefined && !(Number.isSafeInteger(threads) && threads > 0)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The number of threads ${threads} is not a whole number above 0.`,
    );
  }
  const duckdb = await loadDuckdb();
  const store =
    typeof options.store === 'object'
      ? options.store
      : await openStore(options.store, { mustExist: true });
  const limits = {
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(threads === undefined ? {} : { threads }),
  };
  return QuerySession.open({ duckdb, limits, store });
}

/** Options of `querySql`. */
export interface QuerySqlOptions extends OpenQueryOptions, QueryRunOptions {
  readonly parameters?: QueryParameters;
}

/**
 * Runs one query over a store, in a session that is closed afterwards.
 *
 * @throws as `openQuery` and `QuerySession.query`
 *
 * @example
 * ```ts
 * const { rows } = await querySql('SELECT count(*) AS runs FROM runs', { store: './tidemark' });
 * ```
 */
export async function querySql(sql: string, options: QuerySqlOptions = {}): Promise<QueryResult> {
  assertArguments({ sql, options }, 'querySql', { sql: 'string', options: 'record' });
  const { store: _, memoryLimit, threads, parameters, ...rest } = options;
  // Before a session is opened, which reads the whole store.
  const { timestamps: __, ...queryOptions } = rest;
  assertArguments({ parameters }, 'querySql', { parameters: 'object?' });
  assertQueryOptions(queryOptions);
  const session = await openQuery(options);
  try {
    return await session.query(sql, parameters, rest);
  } finally {
    await session.close();
  }
}
