import type { DuckDBType, DuckDBValue, DuckDBVector } from '@duckdb/node-api';
import type { Duckdb } from '../duckdb/duckdb.ts';
import type { QueryChunks } from './query-chunks.ts';
import type { QueryColumn } from './query-row.ts';
import { type QueryValue, valueReader } from './query-value.ts';

/**
 * The values of one column. Their form depends on the type of the column:
 *
 * | type | values |
 * | --- | --- |
 * | DOUBLE, FLOAT | Float64Array, Float32Array |
 * | TINYINT, SMALLINT, INTEGER | Int8Array, Int16Array, Int32Array, with U… the unsigned ones |
 * | BIGINT, UBIGINT | BigInt64Array, BigUint64Array |
 * | BOOLEAN | Uint8Array of 0 and 1 |
 * | TIMESTAMP, with and without time zone | Float64Array of milliseconds since 1970 |
 * | others | array, as in rows |
 *
 * In a typed array, NULL is 0; `nulls` has 1 at its place.
 */
export interface TypedColumn extends QueryColumn {
  readonly values: TypedValues;
  /** Has 1 where the value is NULL. `undefined` if none is. */
  readonly nulls: Uint8Array | undefined;
}

/** The typed arrays that hold values of one width. */
export type FixedArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** The forms of the values of a column. */
export type TypedValues = FixedArray | QueryValue[];

/** A result as columns. */
export interface ColumnResult {
  readonly rowCount: number;
  /** Whether the query has more rows than `maxRows`. */
  readonly isCut: boolean;
  /** In the order of the query. */
  readonly columns: readonly TypedColumn[];
}

interface Filling {
  readonly values: TypedValues;
  readonly read: (value: DuckDBValue) => QueryValue;
  readonly nulls: Uint8Array;
  hasNull: boolean;
}

/** Reads a result into one array for each column. */
export async function typedColumns(duckdb: Duckdb, result: QueryChunks): Promise<ColumnResult> {
  const { columns, types, rowCount, isCut, chunks } = result;
  const filling = types.map(
    (type): Filling => ({
      ...arrayOf(duckdb, type, rowCount),
      nulls: new Uint8Array(rowCount),
      hasNull: false,
    }),
  );
  let from = 0;
  for await (const chunk of chunks) {
    for (const [index, column] of filling.entries())
      fill(column, chunk.getColumnVector(index), from);
    from += chunk.rowCount;
  }
  return {
    rowCount,
    isCut,
    columns: columns.map((column, index) => {
      const { values, nulls, hasNull } = filling[index] as Filling;
      return { ...column, values, nulls: hasNull ? nulls : undefined };
    }),
  };
}

function fill(column: Filling, vector: DuckDBVector, from: number): void {
  const { values, nulls, read } = column;
  const { itemCount } = vector;
  for (let at = 0; at < itemCount; at += 1) {
    const value = vector.getItem(at);
    if (value !== null) {
      values[from + at] = read(value) as never;
      continue;
    }
    nulls[from + at] = 1;
    column.hasNull = true;
    if (Array.isArray(values)) values[from + at] = null;
  }
}

const MICROS_PER_MS = 1000;

function arrayOf(
  duckdb: Duckdb,
  type: DuckDBType,
  length: number,
): Pick<Filling, 'values' | 'read'> {
  const { DuckDBTypeId: Id } = duckdb;
  const same = (values: TypedValues): Pick<Filling, 'values' | 'read'> => ({
    values,
    read: (value) => value as QueryValue,
  });
  switch (type.typeId) {
    case Id.DOUBLE:
      return same(new Float64Array(length));
    case Id.FLOAT:
      return same(new Float32Array(length));
    case Id.TINYINT:
      return same(new Int8Array(length));
    case Id.SMALLINT:
      return same(new Int16Array(length));
    case Id.INTEGER:
      return same(new Int32Array(length));
    case Id.UTINYINT:
      return same(new Uint8Array(length));
    case Id.USMALLINT:
      return same(new Uint16Array(length));
    case Id.UINTEGER:
      return same(new Uint32Array(length));
    case Id.BIGINT:
      return same(new BigInt64Array(length));
    case Id.UBIGINT:
      return same(new BigUint64Array(length));
    case Id.BOOLEAN:
      return { values: new Uint8Array(length), read: Number };
    case Id.TIMESTAMP:
    case Id.TIMESTAMP_TZ:
      return {
        values: new Float64Array(length),
        read: (value) => Number((value as unknown as { micros: bigint }).micros) / MICROS_PER_MS,
      };
    default:
      return { values: new Array<QueryValue>(length), read: valueReader(duckdb, type, 'date') };
  }
}
