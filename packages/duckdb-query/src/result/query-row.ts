import type { QueryValue } from './query-value.ts';

/** A column of a result. `type` is DuckDB's name for its type, such as `BIGINT` or `VARCHAR[]`. */
export interface QueryColumn {
  readonly name: string;
  readonly type: string;
}

/** A row, by column name. A name that occurs twice gets a number: `run_id`, `run_id:1`. */
export type QueryRow = Readonly<Record<string, QueryValue>>;

/** The complete result of a query. */
export interface QueryResult<Row = QueryRow> {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly Row[];
  /** Whether the query has more rows than `maxRows`. */
  readonly isCut: boolean;
}

/** A result that stays in DuckDB in compact form and becomes rows as you read it. You can read it once. */
export interface QueryStream<Row = QueryRow> {
  readonly columns: readonly QueryColumn[];
  /** The total number of rows. */
  readonly rowCount: number;
  /** Whether the query has more rows than `maxRows`. */
  readonly isCut: boolean;
  readonly rows: AsyncIterable<Row>;
}
