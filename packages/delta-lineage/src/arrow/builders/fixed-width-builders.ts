import type { DataType } from 'apache-arrow';
import { duckdbBindings as duckdb, type RawVector } from '../../duckdb/duckdb-bindings.ts';
import { GrowingBits, GrowingBytes } from '../growing-buffer.ts';
import { Builder } from './builder.ts';

const DECIMAL_BYTES = 16;

/** Builder for numbers, dates and timestamps, which have the same layout in DuckDB and in Arrow. */
export class FixedWidthBuilder extends Builder {
  readonly #bytes = new GrowingBytes();
  readonly #width: number;

  constructor(type: DataType, width: number) {
    super(type);
    this.#width = width;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  protected appendValues(vector: RawVector, from: number, count: number): void {
    const width = this.#width;
    const source = duckdb.vector_get_data(vector, (from + count) * width);
    this.#bytes.append(source.subarray(from * width));
  }

  protected buffers(): Record<string, unknown> {
    const bytes = this.#bytes.finish();
    const { ArrayType } = this.type;
    const width = ArrayType.BYTES_PER_ELEMENT;
    return { data: new ArrayType(bytes.buffer, bytes.byteOffset, bytes.byteLength / width) };
  }
}

/** Builder for booleans: one byte each in DuckDB, one bit each in Arrow. */
export class BooleanBuilder extends Builder {
  readonly #bits = new GrowingBits();

  get byteLength(): number {
    return this.validity.rows >> 3;
  }

  protected appendValues(vector: RawVector, from: number, count: number): void {
    this.#bits.appendBytes(duckdb.vector_get_data(vector, from + count), from, count);
  }

  protected buffers(): Record<string, unknown> {
    return { data: this.#bits.finish() };
  }
}

/** Builder for decimals: 2 to 16 bytes in DuckDB, depending on the precision, and always 16 in Arrow. */
export class DecimalBuilder extends Builder {
  readonly #bytes = new GrowingBytes();
  readonly #width: number;

  constructor(type: DataType, precision: number) {
    super(type);
    this.#width = precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : DECIMAL_BYTES;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  protected appendValues(vector: RawVector, from: number, count: number): void {
    const width = this.#width;
    const source = duckdb.vector_get_data(vector, (from + count) * width);
    const target = this.#bytes.extend(count * DECIMAL_BYTES);
    for (let row = 0; row < count; row += 1) {
      const start = (from + row) * width;
      const negative = ((source[start + width - 1] ?? 0) & 0x80) !== 0;
      target.set(source.subarray(start, start + width), row * DECIMAL_BYTES);
      // The buffer is reused when it grows in place, so the upper half is written for both signs.
      target.fill(negative ? 0xff : 0, row * DECIMAL_BYTES + width, (row + 1) * DECIMAL_BYTES);
    }
  }

  protected buffers(): Record<string, unknown> {
    const bytes = this.#bytes.finish();
    return { data: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) };
  }
}
