import { duckdbBindings as duckdb, type RawVector } from '../../duckdb/duckdb-bindings.ts';
import { GrowingBits } from '../growing-buffer.ts';

/** Which rows are valid; costs nothing until the first null. */
export class Validity {
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

/** Whether a row is valid by the bits that `Validity.append` gave. */
export function isValid(bits: Uint8Array | null, index: number): boolean {
  return bits === null || (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
