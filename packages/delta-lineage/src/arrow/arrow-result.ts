import type { DuckDBResult } from '@duckdb/node-api';
import { type Data, makeData, RecordBatch, Schema, Struct, Table } from 'apache-arrow';
import { duckdbBindings as duckdb, type RawChunk } from '../duckdb/duckdb-bindings.ts';
import type { DeltaField } from '../schema/delta-type.ts';
import { arrowField } from './arrow-type.ts';
import type { ColumnBuilder } from './builders/builder.ts';
import { columnBuilder } from './column-builder.ts';

/** A batch ends before one of its buffers exceeds what 32-bit offsets can address. In bytes. */
const MAX_BUFFER_BYTES = 2 ** 30;

/**
 * Reads a streaming result to its end and returns it as an Arrow table. A small result is one batch, so
 * that `toArray()` of a column returns a view.
 *
 * `fields` gives the names and types of the result's columns, in order.
 */
export async function arrowTableFromResult(
  result: DuckDBResult | undefined,
  fields: readonly DeltaField[],
): Promise<Table> {
  const schema = new Schema(fields.map(arrowField));
  const batches: RecordBatch[] = [];
  let builders = fields.map((field) => columnBuilder(field.type));
  let rows = 0;
  const finishBatch = (): void => {
    batches.push(recordBatch(schema, rows, builders));
    builders = fields.map((field) => columnBuilder(field.type));
    rows = 0;
  };
  for (;;) {
    const chunk = await result?.fetchChunk();
    if (chunk === null || chunk === undefined || chunk.rowCount === 0) break;
    const count = chunk.rowCount;
    for (const [index, builder] of builders.entries()) {
      builder.append(duckdb.data_chunk_get_vector(chunk.chunk as RawChunk, index), 0, count);
    }
    rows += count;
    if (builders.some((builder) => builder.byteLength >= MAX_BUFFER_BYTES)) finishBatch();
  }
  if (rows > 0 || batches.length === 0) finishBatch();
  return new Table(schema, batches);
}

function recordBatch(
  schema: Schema,
  rows: number,
  builders: readonly ColumnBuilder[],
): RecordBatch {
  const children: Data[] = builders.map((builder) => builder.finish());
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children }),
  );
}
