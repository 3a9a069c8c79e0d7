import type { DataType } from 'apache-arrow';
import { duckdbBindings as duckdb, type RawVector } from '../../duckdb/duckdb-bindings.ts';
import { GrowingOffsets } from '../growing-buffer.ts';
import { Builder, type ColumnBuilder } from './builder.ts';
import { isValid } from './validity.ts';

const LIST_ENTRY_BYTES = 16;

/** Builder for lists, and for maps, which are lists of entries. */
export class ListBuilder extends Builder {
  readonly #offsets = new GrowingOffsets();
  readonly #child: ColumnBuilder;
  #items = 0;

  constructor(type: DataType, child: ColumnBuilder) {
    super(type);
    this.#child = child;
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
    const offsets = this.#offsets.extend(count);
    let runStart = 0;
    let runEnd = 0;
    for (let row = 0; row < count; row += 1) {
      const index = from + row;
      if (isValid(valid, index)) {
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
    return { valueOffsets: this.#offsets.finish(), child: this.#child.finish() };
  }
}

/** Builder for structs, with one builder for each field. */
export class StructBuilder extends Builder {
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
