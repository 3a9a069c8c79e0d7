import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  type DuckDBConnection,
  DuckDBTableFunction,
  type DuckDBType,
  FLOAT,
  INTEGER,
  LIST,
  MAP,
  SMALLINT,
  STRUCT,
  TIMESTAMP,
  TIMESTAMPTZ,
  TINYINT,
  VARCHAR,
} from '@duckdb/node-api';
import type { Data, Table } from 'apache-arrow';
import { duckdbBindings as duckdb, type RawChunk } from '../duckdb/duckdb-bindings.ts';
import type { DeltaPrimitiveName, DeltaStructType, DeltaType } from '../schema/delta-type.ts';
import { fillVector } from './fill-vector.ts';

/** An Arrow table that SQL can select from, without a copy of it in DuckDB. */
export interface ArrowRelation {
  /** The relation in SQL: a call of a table function. */
  readonly sql: string;
  /** Runs queries over the relation. Typed errors about its values are rethrown as they are, not as DuckDB's. */
  run<T>(query: () => Promise<T>): Promise<T>;
}

/** Number of rows in a DuckDB chunk. */
const CHUNK_ROWS = 2048;

/**
 * Makes an Arrow table selectable under `name` on the connection. Its columns have the names and
 * types of `schema`, which `deltaSchemaFromArrow` gives. DuckDB calls back on this thread, so the
 * rows come in order.
 */
export function registerArrowTable(
  connection: DuckDBConnection,
  name: string,
  table: Table,
  schema: DeltaStructType,
): ArrowRelation {
  let failure: unknown;
  let batch = 0;
  let row = 0;
  const nextRange = (): { columns: readonly Data[]; from: number; count: number } => {
    for (;;) {
      const current = table.batches[batch];
      if (current === undefined) return { columns: [], from: 0, count: 0 };
      if (row < current.numRows) {
        const from = row;
        const count = Math.min(CHUNK_ROWS, current.numRows - from);
        row += count;
        return { columns: current.data.children, from, count };
      }
      batch += 1;
      row = 0;
    }
  };
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name,
      bindFunction: (info) => {
        for (const field of schema.fields) info.addResultColumn(field.name, duckdbType(field.type));
        info.setCardinality(table.numRows, true);
      },
      initFunction: () => {
        batch = 0;
        row = 0;
      },
      mainFunction: (_info, output) => {
        try {
          const { columns, from, count } = nextRange();
          output.rowCount = count;
          for (const [index, field] of schema.fields.entries()) {
            const data = columns[index];
            if (data === undefined) continue;
            const vector = duckdb.data_chunk_get_vector(output.chunk as RawChunk, index);
            fillVector(vector, data, field, from, count);
          }
        } catch (error) {
          failure = error;
          throw error;
        }
      },
    }),
  );
  return {
    sql: `${name}()`,
    run: async (query) => {
      try {
        return await query();
      } catch (error) {
        throw failure ?? error;
      }
    },
  };
}

function duckdbType(type: DeltaType): DuckDBType {
  switch (type.kind) {
    case 'primitive':
      return PRIMITIVES[type.name];
    case 'decimal':
      return DECIMAL(type.precision, type.scale);
    case 'struct':
      return STRUCT(
        Object.fromEntries(type.fields.map((field) => [field.name, duckdbType(field.type)])),
      );
    case 'array':
      return LIST(duckdbType(type.element));
    case 'map':
      return MAP(duckdbType(type.key), duckdbType(type.value));
  }
}

const PRIMITIVES: Readonly<Record<DeltaPrimitiveName, DuckDBType>> = {
  string: VARCHAR,
  long: BIGINT,
  integer: INTEGER,
  short: SMALLINT,
  byte: TINYINT,
  float: FLOAT,
  double: DOUBLE,
  boolean: BOOLEAN,
  binary: BLOB,
  date: DATE,
  timestamp: TIMESTAMPTZ,
  timestamp_ntz: TIMESTAMP,
  void: INTEGER,
};
