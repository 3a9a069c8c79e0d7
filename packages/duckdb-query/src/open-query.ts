import { openStore } from '@tidemark/client';
import { assertArguments, type Store, TidemarkError } from '@tidemark/core';
import type { StoreDamage } from '@tidemark/core/node';
import { loadDuckdb } from './duckdb/duckdb.ts';
import type { QueryParameters } from './query/query-parameter.ts';
import type { QueryResult } from './query/query-row.ts';
import { type QueryRunOptions, QuerySession } from './query/query-session.ts';

/** What to query, and what may be used for it. */
export interface OpenQueryOptions {
  /** A store or its address. Default: as `openStore()` finds it. It has to exist. */
  readonly store?: Store | string;
  /** The most memory DuckDB may use, such as `512MB` or `4GiB`. Default: 80% of the machine's. */
  readonly memoryLimit?: string;
  /** How many threads DuckDB may use. Default: one for each core. */
  readonly threads?: number;
  /**
   * Called for each place in the logs of a store in a folder that cannot be read when a query needs metrics, even if
   * the store did not read that place because of an index. Default: a warning of the process, with the code
   * TIDEMARK_STORE_DAMAGED.
   */
  readonly onDamage?: (damage: StoreDamage) => void;
}

/**
 * Opens SQL over a store. Close the session when it is done with; the store stays open.
 * @throws PACKAGE_MISSING without `@duckdb/node-api`; INVALID_ARGUMENT; STORE_NOT_FOUND and what `openStore` throws
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
  return QuerySession.open({ duckdb, limits, store, onDamage: options.onDamage ?? warn });
}

function warn({ file, offset, reason }: StoreDamage): void {
  process.emitWarning(`${file}, byte ${offset}: ${reason}`, { code: 'TIDEMARK_STORE_DAMAGED' });
}

/** Options of one query without a session of its own. */
export interface QuerySqlOptions extends OpenQueryOptions, QueryRunOptions {
  readonly parameters?: QueryParameters;
}

/** Opens a store for one query, and closes the session again. @throws as `openQuery` and `QuerySession.query` */
export async function querySql(sql: string, options: QuerySqlOptions = {}): Promise<QueryResult> {
  assertArguments({ sql, options }, 'querySql', { sql: 'string', options: 'record' });
  const session = await openQuery(options);
  try {
    return await session.query(sql, options.parameters, options);
  } finally {
    await session.close();
  }
}
