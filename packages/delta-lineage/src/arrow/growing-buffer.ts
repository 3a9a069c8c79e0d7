/** A byte buffer that grows by doubling, so that a column becomes one buffer from any number of chunks. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #length = 0;

  /** `capacity` is in bytes. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Number of bytes appended so far. */
  get length(): number {
    return this.#length;
  }

  /** Reserves `count` bytes, counts them as appended, and returns them for the caller to fill. */
  extend(count: number): Uint8Array {
    const start = this.#length;
    const end = start + count;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
    }
    this.#length = end;
    return this.#bytes.subarray(start, end);
  }

  /** Copies `source` to the end. */
  append(source: Uint8Array): void {
    this.extend(source.length).set(source);
  }

  /** The appended bytes, as a view at the start of the buffer. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** The offsets of a column of strings or lists: 0, then the end of each value. */
export class GrowingOffsets {
  readonly #bytes = new GrowingBytes();

  constructor() {
    this.#bytes.extend(4);
  }

  /** Reserves the ends of `count` more values and returns them for the caller to fill. */
  extend(count: number): Int32Array {
    return int32(this.#bytes.extend(count * 4));
  }

  finish(): Int32Array {
    return int32(this.#bytes.finish());
  }
}

/** A bitmap with one bit for each value, least significant bit first, as Arrow stores booleans and validity. */
export class GrowingBits {
  readonly #bytes = new GrowingBytes();
  #length = 0;

  /** Appends `count` bits of `source`, starting at bit `from`. */
  append(source: Uint8Array, from: number, count: number): void {
    const start = this.#length;
    this.#reserve(count);
    const target = this.#bytes.finish();
    if (start % 8 === 0 && from % 8 === 0) {
      const firstByte = from / 8;
      target.set(source.subarray(firstByte, firstByte + Math.ceil(count / 8)), start / 8);
      return;
    }
    for (let i = 0; i < count; i += 1) {
      if (((source[(from + i) >> 3] ?? 0) >> ((from + i) & 7)) & 1) setBit(target, start + i);
      else clearBit(target, start + i);
    }
  }

  /** Appends `count` bits that are 1. */
  appendOnes(count: number): void {
    const start = this.#length;
    this.#reserve(count);
    const target = this.#bytes.finish();
    for (let i = start; i < start + count; ) {
      if (i % 8 === 0 && i + 8 <= start + count) {
        target[i >> 3] = 0xff;
        i += 8;
      } else {
        setBit(target, i);
        i += 1;
      }
    }
  }

  /** Appends `count` bits: 1 for each byte of `source` that is not 0. */
  appendBytes(source: Uint8Array, from: number, count: number): void {
    const start = this.#length;
    this.#reserve(count);
    const target = this.#bytes.finish();
    for (let i = 0; i < count; i += 1) {
      if (source[from + i] !== 0) setBit(target, start + i);
      else clearBit(target, start + i);
    }
  }

  /** Returns the bits, padded to whole bytes. */
  finish(): Uint8Array {
    return this.#bytes.finish();
  }

  #reserve(count: number): void {
    this.#length += count;
    this.#bytes.extend(Math.ceil(this.#length / 8) - this.#bytes.length);
  }
}

function setBit(bytes: Uint8Array, index: number): void {
  bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
}

function clearBit(bytes: Uint8Array, index: number): void {
  bytes[index >> 3] = (bytes[index >> 3] ?? 0) & ~(1 << (index & 7));
}

function int32(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
