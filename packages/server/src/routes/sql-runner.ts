import type { StoreView } from '../access/store-view.ts';

/** A value for a placeholder in SQL, as JSON has it. */
export type SqlParameter =
  | string
  | number
  | boolean
  | null
  | readonly (string | number | boolean)[];

/** A query of a caller. */
export interface SqlQuestion {
  readonly sql: string;
  /** By position or by name. */
  readonly parameters: readonly SqlParameter[] | { readonly [name: string]: SqlParameter };
  /** The most rows of the answer. */
  readonly maxRows: number;
  readonly format: 'json' | 'arrow';
  /** What the caller may read; `undefined` for everything. The answer has nothing else. */
  readonly view: StoreView | undefined;
}

/** The answer to a query. */
export interface SqlAnswer {
  readonly mediaType: string;
  /** Whether the query has more rows than `maxRows`. */
  readonly isCut: boolean;
  /** Made while it is read. To stop reading it ends the query. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Runs SQL of callers over the store of a server. The server itself has no database: the command `tidemark server` gives it
 * one.
 */
export interface SqlRunner {
  /**
   * Runs a query. `signal` stops it when its caller disconnects.
   * @throws SQL_INVALID, SQL_FORBIDDEN, SQL_OUT_OF_MEMORY, SQL_TIMED_OUT, SQL_BUSY, INVALID_ARGUMENT
   */
  run(question: SqlQuestion, signal: AbortSignal): Promise<SqlAnswer>;
}
