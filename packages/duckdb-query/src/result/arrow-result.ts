import type { DuckDBValue } from '@duckdb/node-api';
import type { RecordBatch, Schema } from 'apache-arrow';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { type Arrow, loadArrow } from './arrow.ts';
import { arrowColumn } from './arrow-column.ts';
import type { QueryChunks } from './query-chunks.ts';

/** A batch ends when it has this many rows. */
const BATCH_ROWS = 32_768;
/** A batch also ends when its texts are this long: places in the texts of a batch are numbers of 32 bits. */
const BATCH_TEXT = 2 ** 28;
/** The mark at the end of a stream: a continuation and the length 0. */
const END_BYTES = 8;

/**
 * Encodes a result as an Arrow IPC stream. The metadata of its schema say whether rows were cut (`tidemark.is_cut`), and
 * those of a field its type in DuckDB (`duckdb.type`).
 * @throws PACKAGE_MISSING
 */
export async function* arrowBytes(
  duckdb: Duckdb,
  { columns, types, isCut, chunks }: QueryChunks,
): AsyncGenerator<Uint8Array> {
  const arrow = await loadArrow();
  const arrowColumns = types.map((type) => arrowColumn(duckdb, arrow, type));
  const fields = columns.map(({ name, type }, at) => {
    const metadata = new Map([['duckdb.type', type]]);
    return new arrow.Field(name, arrowColumns[at]?.type ?? new arrow.Null(), true, metadata);
  });
  const schema = new arrow.Schema(fields, new Map([['tidemark.is_cut', String(isCut)]]));
  const head = schemaBytes(arrow, schema);
  let held: DuckDBValue[][] = columns.map(() => []);
  let text = 0;
  const takeBatch = (): Uint8Array => {
    const children = arrowColumns.map(({ data }, at) => data(held[at] ?? []));
    const length = held[0]?.length ?? 0;
    held = columns.map(() => []);
    text = 0;
    const data = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children });
    return batchBytes(arrow, new arrow.RecordBatch(schema, data), head.length);
  };
  yield head;
  for await (const chunk of chunks) {
    held.forEach((values, at) => {
      for (const value of chunk.getColumnValues(at)) {
        if (typeof value === 'string') text += value.length;
        values.push(value);
      }
    });
    if ((held[0]?.length ?? 0) >= BATCH_ROWS || text >= BATCH_TEXT) yield takeBatch();
  }
  if ((held[0]?.length ?? 0) > 0) yield takeBatch();
  const end = new Uint8Array(END_BYTES);
  end.fill(0xff, 0, END_BYTES / 2);
  yield end;
}

/** Arrow's writer keeps everything until its end, so each batch has its own writer, without schema and end. */
function batchBytes(arrow: Arrow, batch: RecordBatch, headLength: number): Uint8Array {
  const bytes = arrow.RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
  return bytes.subarray(headLength, bytes.length - END_BYTES);
}

function schemaBytes(arrow: Arrow, schema: Schema): Uint8Array {
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  const bytes = writer.finish().toUint8Array(true);
  return bytes.subarray(0, bytes.length - END_BYTES);
}
