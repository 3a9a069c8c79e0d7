import type { DuckDBInstance } from '@duckdb/node-api';
import { RunningQuery } from './running-query.ts';

/** An instance of DuckDB and what runs on it, so that it can be closed at any time. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #running = new Set<RunningQuery>();
  #closed: { readonly reason: unknown } | undefined;

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** Opens a connection for one query; whoever began it closes it. */
  async begin(): Promise<RunningQuery> {
    this.#assertOpen();
    const connection = await this.#instance.connect().catch((error: unknown) => {
      // Closed under it: what the caller is told is why.
      throw this.#closed === undefined ? error : this.#closed.reason;
    });
    const query = new RunningQuery(connection, () => this.#running.delete(query));
    this.#running.add(query);
    // Closed while it was connecting.
    if (this.#closed !== undefined) await query.stop(this.#closed.reason);
    return query;
  }

  /** Stops what runs, with this reason, and lets go of the memory. */
  async close(reason: unknown): Promise<void> {
    if (this.#closed !== undefined) return;
    this.#closed = { reason };
    await Promise.all([...this.#running].map((query) => query.stop(reason)));
    this.#instance.closeSync();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closed.reason;
  }
}
