import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { RunningQuery } from './running-query.ts';

/** An instance of DuckDB and its running queries. It can be closed at any time. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #running = new Set<RunningQuery>();
  readonly #connecting = new Set<Promise<unknown>>();
  #kept: RunningQuery | undefined;
  #prepare: ((connection: DuckDBConnection) => Promise<void>) | undefined;
  #closed: { readonly reason: unknown; readonly done: Promise<void> } | undefined;

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** Opens a connection for one query. The caller closes it. */
  async begin(): Promise<RunningQuery> {
    this.#assertOpen();
    const connecting = this.#connect();
    this.#connecting.add(connecting);
    try {
      const connection = await connecting;
      const query = new RunningQuery(connection, () => this.#running.delete(query));
      this.#running.add(query);
      return query;
    } finally {
      this.#connecting.delete(connecting);
    }
  }

  /** Runs this on every connection that is opened from now on, before its query. */
  prepareEach(prepare: (connection: DuckDBConnection) => Promise<void>): void {
    this.#prepare = prepare;
  }

  async #connect(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    await this.#prepare?.(connection);
    return connection;
  }

  /** Keeps a connection open for the next `beginKept`, because it has settings that new connections cannot get. */
  keep(query: RunningQuery): void {
    this.#kept = query;
  }

  /** Returns the kept connection, if there is one, and otherwise opens one. The caller closes it. */
  async beginKept(): Promise<RunningQuery> {
    this.#assertOpen();
    const kept = this.#kept;
    this.#kept = undefined;
    return kept ?? this.begin();
  }

  /** Stops the running queries with `reason`, and frees the memory. */
  close(reason: unknown): Promise<void> {
    this.#closed ??= { reason, done: this.#close(reason) };
    return this.#closed.done;
  }

  /** DuckDB crashes the process if its instance is closed while a connection to it is being made. */
  async #close(reason: unknown): Promise<void> {
    await Promise.allSettled(this.#connecting);
    await Promise.all([...this.#running].map((query) => query.stop(reason)));
    this.#instance.closeSync();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closed.reason;
  }
}
