import { duckdbBindings as duckdb, type RawVector } from '../../duckdb/duckdb-bindings.ts';
import { GrowingBits } from '../growing-buffer.ts';

/** Records which rows are valid. Allocates nothing until the first null. */
export class Validity {
  #bits: GrowingBits | undefined;
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Appends the validity of a range of the vector. Returns its bits, or null when every row of it is valid. */
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

  /** Returns the properties of the Arrow data that concern nulls. */
  finish(): { length: number; nullCount: number; nullBitmap?: Uint8Array } {
    if (this.#bits === undefined) return { length: this.#rows, nullCount: 0 };
    // -1 lets Arrow count the nulls on first use.
    return { length: this.#rows, nullCount: -1, nullBitmap: this.#bits.finish() };
  }
}

/** Whether a row is valid according to the bits that `Validity.append` returned. */
export function isValid(bits: Uint8Array | null, index: number): boolean {
  return bits === null || (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
