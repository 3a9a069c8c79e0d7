import { assertArguments, isTidemarkError, type Store, TidemarkError } from '@tidemark/core';
import type { Database } from '../duckdb/database.ts';
import { createDatabase, type Duckdb, type InstanceLimits } from '../duckdb/duckdb.ts';
import { isLakeFileError } from '../lake/lake-folder.ts';
import { type EncodedResult, encodeResult, RESULT_FORMATS } from '../result/encode-result.ts';
import { type QueryChunks, rowBatches } from '../result/query-chunks.ts';
import type { QueryResult, QueryRow, QueryStream } from '../result/query-row.ts';
import { assertSchema, checkRow, type RowSchema } from '../result/row-schema.ts';
import { type ColumnResult, typedColumns } from '../result/typed-columns.ts';
import { readRecords, type StoreRecords } from '../tables/store-records.ts';
import { type StoreSchema, storeSchema } from '../tables/store-schema.ts';
import {
  assertQueryOptions,
  type EncodeOptions,
  type QueryOptions,
  type QueryRunOptions,
  type SchemaOptions,
} from './query-options.ts';
import { bindParameters, type QueryParameters } from './query-parameter.ts';
import { reportProgress } from './query-progress.ts';
import { fillSandbox, type SandboxKind } from './sandbox.ts';
import { type CheckedSql, SqlChecker } from './sql-checker.ts';
import { sqlError } from './sql-error.ts';
import { startStatement } from './start-statement.ts';
import { storeMark } from './store-mark.ts';
import { unlessAborted } from './unless-aborted.ts';
import { WideRuns } from './wide-runs.ts';

/** A database that queries can use. */
interface Sandbox {
  readonly database: Database;
  /** Whether it can read the files of a lake. */
  readonly readsFiles: boolean;
}

/** For how long a run that was active counts as active. In milliseconds. */
const ACTIVE_FOR_MS = 30_000;

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
  /** What the store said of its state before the records were read. */
  readonly #mark: string | undefined;
  readonly #hasActiveRuns: boolean;
  readonly #openedMs = performance.now();
  /** One for each kind, created on first use. */
  readonly #sandboxes = new Map<SandboxKind, Promise<Sandbox>>();
  #closing: Promise<void> | undefined;
  #lakeProblem: Error | undefined;

  private constructor(
    { duckdb, limits, store }: QuerySessionParts,
    records: StoreRecords,
    mark: string | undefined,
  ) {
    this.#duckdb = duckdb;
    this.#limits = limits;
    this.#store = store;
    this.#records = records;
    this.#mark = mark;
    this.#hasActiveRuns = records.runs.some(({ status }) => status === 'RUNNING');
    this.#wideRuns = new WideRuns(duckdb, records);
    this.#checker = this.#createDatabase({ threads: 1 }).then((database) =>
      SqlChecker.open(database),
    );
    // The first query throws the error.
    this.#checker.catch(() => {});
  }

  /** Reads the store's records. Callers use `openQuery`. */
  static async open(parts: QuerySessionParts): Promise<QuerySession> {
    // Before the records, so that a change during the reading counts as a change after it.
    const mark = await storeMark(parts.store);
    return new QuerySession(parts, await readRecords(parts.store), mark);
  }

  /**
   * Runs one query and returns all its rows. With a schema, each row is checked and has the type of the schema.
   * @throws SQL_INVALID, SQL_FORBIDDEN, SQL_OUT_OF_MEMORY, QUERY_CLOSED, INVALID_ARGUMENT
   *
   * @example
   * ```ts
   * import { z } from 'zod';
   *
   * const session = await openQuery();
   * const { rows } = await session.query(
   *   'SELECT name, start_time FROM runs WHERE status = $status',
   *   { status: 'FAILED' },
   *   { schema: z.object({ name: z.string(), start_time: z.date() }) },
   * );
   * for (const { name, start_time } of rows) console.log(name, start_time.getFullYear());
   * ```
   */
  query<Row>(
    sql: string,
    parameters: QueryParameters | undefined,
    options: SchemaOptions<Row>,
  ): Promise<QueryResult<Row>>;
  query(sql: string, parameters?: QueryParameters, options?: QueryRunOptions): Promise<QueryResult>;
  async query<Row>(
    sql: string,
    parameters?: QueryParameters,
    options: QueryRunOptions & Partial<SchemaOptions<Row>> = {},
  ): Promise<QueryResult<QueryRow | Row>> {
    const { columns, isCut, rows: stream } = await this.#rows(sql, parameters, options);
    const rows: (QueryRow | Row)[] = [];
    for await (const row of stream) rows.push(row);
    return { columns, rows, isCut };
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
  stream<Row>(
    sql: string,
    parameters: QueryParameters | undefined,
    options: SchemaOptions<Row>,
  ): Promise<QueryStream<Row>>;
  stream(
    sql: string,
    parameters?: QueryParameters,
    options?: QueryRunOptions,
  ): Promise<QueryStream>;
  async stream<Row>(
    sql: string,
    parameters?: QueryParameters,
    options: QueryRunOptions & Partial<SchemaOptions<Row>> = {},
  ): Promise<QueryStream<QueryRow | Row>> {
    return this.#rows(sql, parameters, options);
  }

  /**
   * Runs one query and returns each column as one array, typed arrays for numbers. This is the quickest form for
   * computing and for charts.
   * @throws as `query`
   *
   * @example
   * ```ts
   * const session = await openQuery();
   * const { columns } = await session.columns("SELECT step, value FROM metrics WHERE key = 'loss'");
   * const [steps, losses] = columns; // BigInt64Array and Float64Array
   * ```
   */
  async columns(
    sql: string,
    parameters?: QueryParameters,
    options: QueryOptions = {},
  ): Promise<ColumnResult> {
    return typedColumns(this.#duckdb, await this.#start(sql, parameters, options));
  }

  /**
   * Runs one query and encodes its result: as JSON, NDJSON, CSV, Markdown, an Arrow IPC stream or a Parquet file. The bytes
   * are made while you read them. When you stop reading, the rest is released.
   * @throws as `query`; PACKAGE_MISSING for `arrow` without `apache-arrow`
   *
   * @example
   * ```ts
   * import { writeFile } from 'node:fs/promises';
   *
   * const session = await openQuery();
   * const { bytes } = await session.encode('FROM metrics', [], { format: 'parquet' });
   * await writeFile('metrics.parquet', bytes);
   * ```
   */
  async encode(
    sql: string,
    parameters: QueryParameters | undefined,
    options: EncodeOptions,
  ): Promise<EncodedResult> {
    assertArguments({ options }, 'QuerySession.encode', { options: 'record' });
    const { format, ...rest } = options;
    if (!Object.hasOwn(RESULT_FORMATS, format)) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `There is no format ${JSON.stringify(format)} of results. Give one of ${Object.keys(RESULT_FORMATS).join(', ')}.`,
        { details: { format } },
      );
    }
    return encodeResult(this.#duckdb, await this.#start(sql, parameters, rest), format);
  }

  /** Returns the tables, and the keys of metrics, params and tags that the runs have, with their types and units. */
  schema(): StoreSchema {
    this.#assertOpen();
    return storeSchema(this.#records);
  }

  /**
   * Whether the store is as it was when the session was opened. False where the store cannot tell, and after half a minute
   * if a run was active: a run whose process died counts as FAILED without any change of the store.
   */
  async isCurrent(): Promise<boolean> {
    this.#assertOpen();
    if (this.#mark === undefined) return false;
    if (performance.now() - this.#openedMs > ACTIVE_FOR_MS && this.#hasActiveRuns) return false;
    return (await storeMark(this.#store)) === this.#mark;
  }

  /**
   * Why the lake of the store was not used: LAKE_DAMAGED, LAKE_FORMAT_TOO_NEW or LAKE_FOREIGN. The answers are the same
   * without it, because the store has everything. Undefined if there is no problem, or no query has named `metrics` yet.
   */
  get lakeProblem(): Error | undefined {
    return this.#lakeProblem;
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

  async #rows<Row>(
    sql: string,
    parameters: QueryParameters | undefined,
    options: QueryRunOptions & Partial<SchemaOptions<Row>>,
  ): Promise<QueryStream<QueryRow | Row>> {
    const { schema, timestamps = 'date', ...rest } = options;
    if (schema !== undefined) assertSchema(schema);
    const started = await this.#start(sql, parameters, rest);
    const { columns, rowCount, isCut } = started;
    const batches = rowBatches(this.#duckdb, started, timestamps);
    const rows = schema === undefined ? rowsOf(batches) : checkedRows(batches, schema);
    return { columns, rowCount, isCut, rows };
  }

  async #start(
    sql: string,
    parameters: QueryParameters = [],
    options: QueryOptions = {},
  ): Promise<QueryChunks> {
    assertArguments({ sql, parameters }, 'a query', { sql: 'string', parameters: 'object' });
    assertQueryOptions(options);
    try {
      return await this.#startOnce(sql, parameters, options);
    } catch (error) {
      // SQL_INVALID is what the query itself says, such as error('…').
      if (isTidemarkError(error, 'SQL_INVALID') || !isLakeFileError(error, this.#store))
        throw error;
      // A seal has deleted files of the lake after a purge. The store knows what is left.
      this.#sandboxes.delete('metrics');
      return this.#startOnce(sql, parameters, options);
    }
  }

  async #startOnce(
    sql: string,
    parameters: QueryParameters,
    options: QueryOptions,
  ): Promise<QueryChunks> {
    const { signal, maxRows = Number.POSITIVE_INFINITY, onProgress } = options;
    this.#assertOpen();
    signal?.throwIfAborted();
    const bound = bindParameters(this.#duckdb, parameters);
    const checked = await (await this.#checker).check(sql);
    const { pivots } = checked;
    this.#assertOpen();
    const database = await unlessAborted(this.#databaseFor(checked), signal);
    await unlessAborted(this.#createWideRuns(database, checked.wideExperiments), signal);
    const query = await database.beginKept();
    const onAbort = (): void => void query.stop(signal?.reason);
    const end = async (): Promise<void> => {
      signal?.removeEventListener('abort', onAbort);
      await query.close();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      const duckdb = this.#duckdb;
      return await reportProgress(query, onProgress, () =>
        startStatement({ duckdb, query, sql, pivots, bound, maxRows, end }),
      );
    } catch (error) {
      await end();
      throw sqlError(error, sql);
    }
  }

  async #databaseFor({ namesMetrics, pivots }: CheckedSql): Promise<Database> {
    if (!namesMetrics && (pivots || !this.#sandboxes.has('metrics'))) {
      return (await this.#sandbox('records')).database;
    }
    const { database, readsFiles } = await this.#sandbox('metrics');
    if (!pivots || !readsFiles) return database;
    return (await this.#sandbox('copies')).database;
  }

  #sandbox(kind: SandboxKind): Promise<Sandbox> {
    let sandbox = this.#sandboxes.get(kind);
    if (sandbox === undefined) {
      sandbox = this.#createSandbox(kind);
      this.#sandboxes.set(kind, sandbox);
      // A failed attempt (for lack of memory, say) may be repeated.
      sandbox.catch(() => this.#sandboxes.delete(kind));
    }
    return sandbox;
  }

  async #createSandbox(kind: SandboxKind): Promise<Sandbox> {
    const database = await this.#createDatabase(this.#limits);
    try {
      const readsFiles = await fillSandbox(database, {
        duckdb: this.#duckdb,
        store: this.#store,
        records: this.#records,
        kind,
        onLakeProblem: (problem) => {
          this.#lakeProblem = problem;
        },
      });
      return { database, readsFiles };
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

async function* checkedRows<Row>(
  batches: AsyncIterable<readonly QueryRow[]>,
  schema: RowSchema<Row>,
): AsyncGenerator<Row> {
  let place = 0;
  for await (const row of rowsOf(batches)) {
    yield await checkRow(schema, row, place);
    place += 1;
  }
}

async function* rowsOf(batches: AsyncIterable<readonly QueryRow[]>): AsyncGenerator<QueryRow> {
  for await (const batch of batches) yield* batch;
}

function queryClosed(): TidemarkError {
  return new TidemarkError('QUERY_CLOSED', 'The query session was closed: open another one.');
}
