import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import type { Duckdb } from '../duckdb/duckdb.ts';
import type { QueryColumn, QueryRow } from './query-row.ts';
import { type QueryValue, type TimestampForm, valueReader } from './query-value.ts';

/** A result in DuckDB's own form: chunks of columns of some thousand rows. It can be read once. */
export interface QueryChunks {
  readonly columns: readonly QueryColumn[];
  /** The types of the columns. */
  readonly types: readonly DuckDBType[];
  /** The number of rows of all chunks. */
  readonly rowCount: number;
  /** Whether the query has more rows than it was allowed to return. */
  readonly isCut: boolean;
  readonly chunks: AsyncIterable<DuckDBDataChunk>;
}

/** Converted values, by column. */
export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: readonly (readonly QueryValue[])[];
}

/** Converts the chunks to values, as many rows at a time as a chunk has. */
export async function* columnBatches(
  duckdb: Duckdb,
  { types, chunks }: QueryChunks,
  timestamps: TimestampForm,
): AsyncGenerator<ColumnBatch> {
  const readers = types.map((type) => valueReader(duckdb, type, timestamps));
  for await (const chunk of chunks) {
    const columns = readers.map((read, index) => chunk.getColumnValues(index).map(read));
    yield { rowCount: chunk.rowCount, columns };
  }
}

/** Converts the chunks to rows. */
export async function* rowBatches(
  duckdb: Duckdb,
  result: QueryChunks,
  timestamps: TimestampForm,
): AsyncGenerator<readonly QueryRow[]> {
  const names = result.columns.map(({ name }) => name);
  for await (const { rowCount, columns } of columnBatches(duckdb, result, timestamps)) {
    yield Array.from({ length: rowCount }, (_, at) => rowOf(names, columns, at));
  }
}

/** Returns the names of the columns of a result, where one that occurs twice gets a number: `run_id:1`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 1; taken.has(distinct); number += 1) distinct = `${name}:${number}`;
    taken.add(distinct);
    return distinct;
  });
}

function rowOf(
  names: readonly string[],
  columns: readonly (readonly QueryValue[])[],
  at: number,
): QueryRow {
  const row: Record<string, QueryValue> = {};
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    const value = columns[index]?.[at] ?? null;
    if (name === '__proto__') Object.defineProperty(row, name, { value, enumerable: true });
    else row[name] = value;
  }
  return row;
}
