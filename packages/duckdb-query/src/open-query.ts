import { openStore } from '@tidemark/client';
import { type Store, TidemarkError } from '@tidemark/core';
import { loadDuckdb } from './duckdb.ts';
import type { QueryParameters } from './query-parameter.ts';
import type { QueryResult } from './query-row.ts';
import { type QueryRunOptions, QuerySession } from './query-session.ts';

/** What to query, and what may be used for it. */
export interface OpenQueryOptions {
  /** A store or its address. Default: as `openStore()` finds it. It has to exist. */
  readonly store?: Store | string;
  /** The most memory DuckDB may use, such as `512MB` or `4GiB`. Default: 80% of the machine's. */
  readonly memoryLimit?: string;
  /** How many threads DuckDB may use. Default: one for each core. */
  readonly threads?: number;
}

/**
 * Opens SQL over a store. Close the session when it is done with; the store stays open.
 * @throws PACKAGE_MISSING without `@duckdb/node-api`; INVALID_ARGUMENT; STORE_NOT_FOUND and what `openStore` throws
 */
export async function openQuery(options: OpenQueryOptions = {}): Promise<QuerySession> {
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
  return QuerySession.open(
    duckdb,
    {
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
      ...(threads === undefined ? {} : { threads }),
    },
    store,
  );
}

/** Options of one query without a session of its own. */
export interface QuerySqlOptions extends OpenQueryOptions, QueryRunOptions {
  readonly parameters?: QueryParameters;
}

/** Opens a store for one query, and closes the session again. @throws as `openQuery` and `QuerySession.query` */
export async function querySql(sql: string, options: QuerySqlOptions = {}): Promise<QueryResult> {
  const session = await openQuery(options);
  try {
    return await session.query(sql, options.parameters, options);
  } finally {
    await session.close();
  }
}
