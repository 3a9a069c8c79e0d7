import { duckdbBindings as duckdb, type RawVector } from '../../duckdb/duckdb-bindings.ts';
import { GrowingBytes, GrowingOffsets } from '../growing-buffer.ts';
import { Builder } from './builder.ts';
import { isValid } from './validity.ts';

/** DuckDB stores strings of up to this many bytes inside the entry itself. */
const INLINE_BYTES = 12;
const STRING_ENTRY_BYTES = 16;

/** Builder for strings and binary columns. */
export class BytesBuilder extends Builder {
  readonly #offsets = new GrowingOffsets();
  readonly #bytes = new GrowingBytes(1024);

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
    const offsets = this.#offsets.extend(count);
    let offset = this.#bytes.length;
    // Long strings are mostly contiguous in DuckDB's memory, so the loop copies such a run in one call.
    let run = NO_RUN;
    for (let row = 0; row < count; row += 1) {
      const index = from + row;
      if (isValid(valid, index)) {
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
    return { valueOffsets: this.#offsets.finish(), data: this.#bytes.finish() };
  }
}

interface StringRun {
  /** Row whose entry points to the start of the run. */
  index: number;
  address: number;
  length: number;
}

const NO_RUN: StringRun = { index: 0, address: 0, length: 0 };
