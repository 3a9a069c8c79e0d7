import { type Store, TidemarkError } from '@tidemark/core';
import type { Database } from '../duckdb/database.ts';
import { createDatabase, type Duckdb, type InstanceLimits } from '../duckdb/duckdb.ts';
import { readRecords, type StoreRecords } from '../tables/store-records.ts';
import { bindParameters, type QueryParameters } from './query-parameter.ts';
import type { QueryResult, QueryRow, QueryStream } from './query-row.ts';
import type { TimestampForm } from './query-value.ts';
import { fillSandbox } from './sandbox.ts';
import { SqlChecker } from './sql-checker.ts';
import { sqlError } from './sql-error.ts';
import { type QueryBatches, startStatement } from './start-statement.ts';
import { WideRuns } from './wide-runs.ts';

/** Options of one query. */
export interface QueryRunOptions {
  /** Stops the query, which then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The form of timestamps in rows. Default: `date`. */
  readonly timestamps?: TimestampForm;
}

/** The parts of a session. */
export interface QuerySessionParts {
  readonly duckdb: Duckdb;
  readonly limits: InstanceLimits;
  readonly store: Store;
}

/**
 * SQL over a store as of when the session was opened. Metric histories are read when a query first names
 * the table `metrics`, so they may contain points that were logged in between.
 */
export class QuerySession {
  readonly #duckdb: Duckdb;
  readonly #limits: InstanceLimits;
  readonly #store: Store;
  readonly #records: StoreRecords;
  readonly #wideRuns: WideRuns;
  readonly #databases: Database[] = [];
  readonly #checker: Promise<SqlChecker>;
  /** One database with metric histories and one without, each created on first use. */
  readonly #sandboxes = new Map<'records' | 'metrics', Promise<Database>>();
  #closing: Promise<void> | undefined;

  private constructor({ duckdb, limits, store }: QuerySessionParts, records: StoreRecords) {
    this.#duckdb = duckdb;
    this.#limits = limits;
    this.#store = store;
    this.#records = records;
    this.#wideRuns = new WideRuns(duckdb, records);
    this.#checker = this.#createDatabase({ threads: 1 }).then((database) =>
      SqlChecker.open(database),
    );
    // The first query throws the error.
    this.#checker.catch(() => {});
  }

  /** Reads the store's records. Callers use `openQuery`. */
  static async open(parts: QuerySessionParts): Promise<QuerySession> {
    return new QuerySession(parts, await readRecords(parts.store));
  }

  /**
   * Runs one query and returns all its rows.
   * @throws SQL_INVALID, SQL_FORBIDDEN, SQL_OUT_OF_MEMORY, QUERY_CLOSED, INVALID_ARGUMENT
   *
   * @example
   * ```ts
   * const session = await openQuery();
   * const { rows } = await session.query('SELECT name FROM runs WHERE status = $status', {
   *   status: 'FAILED',
   * });
   * ```
   */
  async query(
    sql: string,
    parameters?: QueryParameters,
    options?: QueryRunOptions,
  ): Promise<QueryResult> {
    const { columns, batches } = await this.#start(sql, parameters, options);
    const rows: QueryRow[] = [];
    for await (const batch of batches) for (const row of batch) rows.push(row);
    return { columns, rows };
  }

  /**
   * Runs one query and creates its rows while you read them, for results that are too large to be in memory as
   * objects. Errors of the query are thrown before the first row. When you stop reading, the rest is
   * released.
   * @throws as `query`
   *
   * @example
   * ```ts
   * const session = await openQuery();
   * const { columns, rowCount, rows } = await session.stream('SELECT * FROM metrics');
   * for await (const row of rows) console.log(row.key, row.value);
   * ```
   */
  async stream(
    sql: string,
    parameters?: QueryParameters,
    options?: QueryRunOptions,
  ): Promise<QueryStream> {
    const { columns, rowCount, batches } = await this.#start(sql, parameters, options);
    return { columns, rowCount, rows: rowsOf(batches) };
  }

  /** Stops running queries, which fail with QUERY_CLOSED, and frees the memory. The store stays open. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const reason = queryClosed();
    const made = Promise.allSettled([this.#checker, ...this.#sandboxes.values()]);
    await Promise.all(this.#databases.map((database) => database.close(reason)));
    await made;
  }

  async #start(
    sql: string,
    parameters: QueryParameters = [],
    { signal, timestamps = 'date' }: QueryRunOptions = {},
  ): Promise<QueryBatches> {
    this.#assertOpen();
    signal?.throwIfAborted();
    const bound = bindParameters(this.#duckdb, parameters);
    const { namesMetrics, wideExperiments, pivots } = await (await this.#checker).check(sql);
    this.#assertOpen();
    const database = await unlessAborted(this.#sandbox(namesMetrics), signal);
    await unlessAborted(this.#createWideRuns(database, wideExperiments), signal);
    const query = await database.begin();
    const onAbort = (): void => void query.stop(signal?.reason);
    const end = async (): Promise<void> => {
      signal?.removeEventListener('abort', onAbort);
      await query.close();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      const duckdb = this.#duckdb;
      return await startStatement({ duckdb, query, sql, pivots, bound, timestamps, end });
    } catch (error) {
      await end();
      throw sqlError(error, sql);
    }
  }

  #sandbox(namesMetrics: boolean): Promise<Database> {
    const kind = namesMetrics || this.#sandboxes.has('metrics') ? 'metrics' : 'records';
    let sandbox = this.#sandboxes.get(kind);
    if (sandbox === undefined) {
      sandbox = this.#createSandbox(kind === 'metrics');
      this.#sandboxes.set(kind, sandbox);
      // A failed attempt (for lack of memory, say) may be repeated.
      sandbox.catch(() => this.#sandboxes.delete(kind));
    }
    return sandbox;
  }

  async #createSandbox(withMetrics: boolean): Promise<Database> {
    const database = await this.#createDatabase(this.#limits);
    try {
      await fillSandbox(database, {
        duckdb: this.#duckdb,
        store: this.#store,
        records: this.#records,
        withMetrics,
      });
      return database;
    } catch (error) {
      await database.close(error);
      throw sqlError(error, '');
    }
  }

  async #createWideRuns(database: Database, experiments: ReadonlySet<string>): Promise<void> {
    try {
      await this.#wideRuns.create(database, experiments);
    } catch (error) {
      throw sqlError(error, '');
    }
  }

  async #createDatabase(limits: InstanceLimits): Promise<Database> {
    const database = await createDatabase(this.#duckdb, limits);
    this.#databases.push(database);
    if (this.#closing !== undefined) await database.close(queryClosed());
    return database;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw queryClosed();
  }
}

async function* rowsOf(batches: AsyncIterable<readonly QueryRow[]>): AsyncGenerator<QueryRow> {
  for await (const batch of batches) yield* batch;
}

/** The promise, or the signal's reason if that comes first. The work continues for others that wait for it. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = withRejection();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function withRejection(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  return { promise, reject };
}

function queryClosed(): TidemarkError {
  return new TidemarkError('QUERY_CLOSED', 'The query session was closed: open another one.');
}
