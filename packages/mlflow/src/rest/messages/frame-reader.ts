import { ALIGNMENT, COLUMN_FORM } from './frame-writer.ts';

/** Reads the parts of a frame that a `FrameWriter` wrote. Fails with a RangeError where bytes are missing. */
export class FrameReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#view.byteLength;
  }

  integers(count: number): number[] {
    this.#assertLeft(4 * count);
    const numbers: number[] = [];
    for (let place = 0; place < count; place += 1) {
      numbers.push(this.#view.getUint32(this.#at + 4 * place, true));
    }
    this.#skip(4 * count);
    return numbers;
  }

  bytes(length: number): Uint8Array {
    this.#assertLeft(length);
    const { buffer, byteOffset } = this.#view;
    const bytes = new Uint8Array(buffer, byteOffset + this.#at, length);
    this.#skip(length);
    return bytes;
  }

  column(count: number): Float64Array {
    this.#assertLeft(16);
    const form = this.#view.getUint32(this.#at, true);
    const base = this.#view.getFloat64(this.#at + 8, true);
    this.#at += 16;
    const size = form === COLUMN_FORM.doubles ? 8 : form === COLUMN_FORM.offsets ? 4 : 0;
    if (size === 0 && form !== COLUMN_FORM.equal)
      throw new RangeError('an unknown form of a column');
    // Before the array is made: a broken frame may promise gigabytes.
    this.#assertLeft(size * count);
    if (count > MOST_BUCKETS) throw new RangeError('too many buckets');
    const numbers = new Float64Array(count).fill(base);
    for (let place = 0; size > 0 && place < count; place += 1) {
      const at = this.#at + size * place;
      numbers[place] =
        size === 8 ? this.#view.getFloat64(at, true) : base + this.#view.getUint32(at, true);
    }
    this.#skip(size * count);
    return numbers;
  }

  #assertLeft(length: number): void {
    if (this.#at + length > this.#view.byteLength) throw new RangeError('the frame is too short');
  }

  #skip(length: number): void {
    this.#at = Math.ceil((this.#at + length) / ALIGNMENT) * ALIGNMENT;
  }
}

/** The most buckets of a run, as for every store. */
const MOST_BUCKETS = 100_000;
