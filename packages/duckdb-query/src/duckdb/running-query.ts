import type { DuckDBConnection } from '@duckdb/node-api';

/** DuckDB ignores an interrupt that comes before the query starts, so it is repeated at this interval. */
const INTERRUPT_AGAIN_MS = 20;

/**
 * A connection that can be stopped at any time. It is closed once, and never while DuckDB works on it:
 * closing it then, or exiting the process, would hang or crash.
 */
export class RunningQuery {
  readonly #connection: DuckDBConnection;
  readonly #onClosed: (query: RunningQuery) => void;
  #working: Promise<unknown> | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  #closed = false;

  constructor(connection: DuckDBConnection, onClosed: (query: RunningQuery) => void) {
    this.#connection = connection;
    this.#onClosed = onClosed;
  }

  /** Runs one piece of work in DuckDB. After a stop, throws the reason of the stop instead. */
  async step<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    this.#assertGoing();
    const working = work(this.#connection);
    this.#working = working;
    try {
      return await working;
    } finally {
      this.#working = undefined;
      this.#assertGoing();
    }
  }

  /** How much of the running step is done, from 0 to 1; `undefined` where DuckDB cannot tell. */
  get fraction(): number | undefined {
    if (this.#closed) return undefined;
    const { percentage } = this.#connection.progress;
    return percentage < 0 ? undefined : percentage / 100;
  }

  /** Makes the running step and every later one fail with `reason`. Resolves when nothing runs any more. */
  async stop(reason: unknown): Promise<void> {
    this.#stopped ??= { reason };
    await this.close();
  }

  /** Waits for the running step (after a stop, interrupts it), and closes the connection. */
  async close(): Promise<void> {
    const working = this.#working;
    if (working !== undefined) {
      this.#stopped ??= { reason: new Error('The query was closed while it was running.') };
      this.#connection.interrupt();
      const again = setInterval(() => this.#connection.interrupt(), INTERRUPT_AGAIN_MS);
      await working.catch(() => {}).finally(() => clearInterval(again));
    }
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.closeSync();
    this.#onClosed(this);
  }

  #assertGoing(): void {
    if (this.#stopped !== undefined) throw this.#stopped.reason;
  }
}
