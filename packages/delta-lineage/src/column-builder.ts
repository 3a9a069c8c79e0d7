import { type Data, type DataType, makeData } from 'apache-arrow';
import { arrowType } from './arrow-type.ts';
import type { DeltaType } from './delta-type.ts';
import { duckdbBindings as duckdb, type RawVector } from './duckdb-bindings.ts';
import { GrowingBits, GrowingBytes } from './growing-buffer.ts';

/**
 * Gathers one column of a DuckDB result into Arrow buffers. DuckDB's memory is copied in `append`,
 * because it is reused once the next chunk is fetched.
 */
export interface ColumnBuilder {
  /** Appends the rows `from` … `from + count - 1` of a vector. */
  append(vector: RawVector, from: number, count: number): void;
  /** Bytes of the largest buffer so far. Offsets in Arrow's lists and strings end at 2^31. */
  readonly byteLength: number;
  /** The column. The builder is not used again. */
  finish(): Data;
}

/** A builder for a column of the Delta type. The vector must have the DuckDB type that `duckdbTypeName` gives. */
export function columnBuilder(type: DeltaType): ColumnBuilder {
  switch (type.kind) {
    case 'primitive':
      switch (type.name) {
        case 'void':
          return new NullBuilder(arrowType(type));
        case 'boolean':
          return new BooleanBuilder(arrowType(type));
        case 'string':
        case 'binary':
          return new BytesBuilder(arrowType(type));
        default:
          return new FixedWidthBuilder(arrowType(type), FIXED_WIDTHS[type.name]);
      }
    case 'decimal':
      return new DecimalBuilder(arrowType(type), type.precision);
    case 'struct':
      return new StructBuilder(
        arrowType(type),
        type.fields.map((field) => columnBuilder(field.type)),
      );
    case 'array':
      return new ListBuilder(arrowType(type), columnBuilder(type.element));
    case 'map': {
      const list = arrowType(type);
      const entries = new StructBuilder(list.children[0]?.type as DataType, [
        columnBuilder(type.key),
        columnBuilder(type.value),
      ]);
      return new ListBuilder(list, entries);
    }
  }
}

const FIXED_WIDTHS = {
  byte: 1,
  short: 2,
  integer: 4,
  date: 4,
  float: 4,
  long: 8,
  double: 8,
  timestamp: 8,
  timestamp_ntz: 8,
} as const;

/** In DuckDB's strings, up to this many bytes lie in the entry itself. */
const INLINE_BYTES = 12;
const STRING_ENTRY_BYTES = 16;
const LIST_ENTRY_BYTES = 16;
const DECIMAL_BYTES = 16;

/** Which rows are valid; costs nothing until the first null. */
class Validity {
  #bits: GrowingBits | undefined;
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Appends the validity of a range of the vector and returns its bits, or null when all of it is valid. */
  append(vector: RawVector, from: number, count: number): Uint8Array | null {
    const bits = duckdb.vector_get_validity(vector, Math.ceil((from + count) / 64) * 8) ?? null;
    if (bits === null) this.#bits?.appendOnes(count);
    else {
      if (this.#bits === undefined) {
        this.#bits = new GrowingBits();
        this.#bits.appendOnes(this.#rows);
      }
      this.#bits.append(bits, from, count);
    }
    this.#rows += count;
    return bits;
  }

  finish(): { length: number; nullCount: number; nullBitmap?: Uint8Array } {
    if (this.#bits === undefined) return { length: this.#rows, nullCount: 0 };
    // -1 lets Arrow count the nulls when it is first asked for them.
    return { length: this.#rows, nullCount: -1, nullBitmap: this.#bits.finish() };
  }
}

abstract class Builder implements ColumnBuilder {
  protected readonly validity: Validity = new Validity();
  protected readonly type: DataType;

  constructor(type: DataType) {
    this.type = type;
  }

  append(vector: RawVector, from: number, count: number): void {
    const valid = this.validity.append(vector, from, count);
    this.appendValues(vector, from, count, valid);
  }

  finish(): Data {
    return makeData({ type: this.type, ...this.validity.finish(), ...this.buffers() } as never);
  }

  abstract get byteLength(): number;
  protected abstract appendValues(
    vector: RawVector,
    from: number,
    count: number,
    valid: Uint8Array | null,
  ): void;
  protected abstract buffers(): Record<string, unknown>;
}

class FixedWidthBuilder extends Builder {
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

class BooleanBuilder extends Builder {
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

class DecimalBuilder extends Builder {
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
      // The buffer is reused when it grows in place, so both signs are written.
      target.fill(negative ? 0xff : 0, row * DECIMAL_BYTES + width, (row + 1) * DECIMAL_BYTES);
    }
  }

  protected buffers(): Record<string, unknown> {
    const bytes = this.#bytes.finish();
    return { data: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) };
  }
}

class BytesBuilder extends Builder {
  readonly #offsets = new GrowingBytes();
  readonly #bytes = new GrowingBytes(1024);

  constructor(type: DataType) {
    super(type);
    this.#offsets.extend(4);
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  protected appendValues(
    vector: RawVector,
    from: number,
    count: number,
    valid: Uint8Array | null,
  ): void {
    const entries = duckdb.vector_get_data(vector, (from + count) * STRING_ENTRY_BYTES);
    const words = new Uint32Array(entries.buffer, entries.byteOffset, (from + count) * 4);
    const offsets = int32(this.#offsets.extend(count * 4));
    let offset = this.#bytes.length;
    // Long strings mostly lie one after the other in DuckDB's memory: such a run is fetched at once.
    let run = NO_RUN;
    for (let row = 0; row < count; row += 1) {
      const index = from + row;
      if (valid === null || isSet(valid, index)) {
        const length = words[index * 4] ?? 0;
        if (length > INLINE_BYTES) {
          const address = (words[index * 4 + 3] ?? 0) * 2 ** 32 + (words[index * 4 + 2] ?? 0);
          if (run.length > 0 && address === run.address + run.length) run.length += length;
          else {
            this.#flush(entries, run);
            run = { index, address, length };
          }
        } else if (length > 0) {
          this.#flush(entries, run);
          run = NO_RUN;
          const start = index * STRING_ENTRY_BYTES + 4;
          this.#bytes.append(entries.subarray(start, start + length));
        }
        offset += length;
      }
      offsets[row] = offset;
    }
    this.#flush(entries, run);
  }

  #flush(entries: Uint8Array, run: StringRun): void {
    if (run.length === 0) return;
    const pointer = entries.byteOffset + run.index * STRING_ENTRY_BYTES + 8;
    this.#bytes.append(duckdb.get_data_from_pointer(entries.buffer, pointer, run.length));
  }

  protected buffers(): Record<string, unknown> {
    return { valueOffsets: int32(this.#offsets.finish()), data: this.#bytes.finish() };
  }
}

interface StringRun {
  /** Row whose entry points to the start of the run. */
  index: number;
  address: number;
  length: number;
}

const NO_RUN: StringRun = { index: 0, address: 0, length: 0 };

class ListBuilder extends Builder {
  readonly #offsets = new GrowingBytes();
  readonly #child: ColumnBuilder;
  #items = 0;

  constructor(type: DataType, child: ColumnBuilder) {
    super(type);
    this.#child = child;
    this.#offsets.extend(4);
  }

  get byteLength(): number {
    return this.#child.byteLength;
  }

  protected appendValues(
    vector: RawVector,
    from: number,
    count: number,
    valid: Uint8Array | null,
  ): void {
    const entries = duckdb.vector_get_data(vector, (from + count) * LIST_ENTRY_BYTES);
    const words = new Uint32Array(entries.buffer, entries.byteOffset, (from + count) * 4);
    const items = duckdb.list_vector_get_child(vector);
    const offsets = int32(this.#offsets.extend(count * 4));
    let runStart = 0;
    let runEnd = 0;
    for (let row = 0; row < count; row += 1) {
      const index = from + row;
      if (valid === null || isSet(valid, index)) {
        const start = words[index * 4] ?? 0;
        const length = words[index * 4 + 2] ?? 0;
        if (length > 0) {
          if (start !== runEnd) {
            if (runEnd > runStart) this.#child.append(items, runStart, runEnd - runStart);
            runStart = start;
          }
          runEnd = start + length;
          this.#items += length;
        }
      }
      offsets[row] = this.#items;
    }
    if (runEnd > runStart) this.#child.append(items, runStart, runEnd - runStart);
  }

  protected buffers(): Record<string, unknown> {
    return { valueOffsets: int32(this.#offsets.finish()), child: this.#child.finish() };
  }
}

class StructBuilder extends Builder {
  readonly #fields: readonly ColumnBuilder[];

  constructor(type: DataType, fields: readonly ColumnBuilder[]) {
    super(type);
    this.#fields = fields;
  }

  get byteLength(): number {
    return Math.max(0, ...this.#fields.map((field) => field.byteLength));
  }

  protected appendValues(vector: RawVector, from: number, count: number): void {
    for (const [index, field] of this.#fields.entries()) {
      field.append(duckdb.struct_vector_get_child(vector, index), from, count);
    }
  }

  protected buffers(): Record<string, unknown> {
    return { children: this.#fields.map((field) => field.finish()) };
  }
}

class NullBuilder implements ColumnBuilder {
  readonly byteLength = 0;
  readonly #type: DataType;
  #rows = 0;

  constructor(type: DataType) {
    this.#type = type;
  }

  append(_vector: RawVector, _from: number, count: number): void {
    this.#rows += count;
  }

  finish(): Data {
    return makeData({ type: this.#type, length: this.#rows } as never);
  }
}

function int32(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function isSet(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
