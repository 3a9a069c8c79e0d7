/** Bytes that grow by doubling, so that a column becomes one buffer however many chunks it came in. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #length = 0;

  /** `capacity` in bytes. */
  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes appended so far. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for `count` bytes, counts them as appended and gives them to be filled. */
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

  /** What was appended, as a view at the start of its buffer. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Where each value of a column of strings or lists ends, after the 0 where the first begins. */
export class GrowingOffsets {
  readonly #bytes = new GrowingBytes();

  constructor() {
    this.#bytes.extend(4);
  }

  /** Makes room for the ends of `count` more values. */
  extend(count: number): Int32Array {
    return int32(this.#bytes.extend(count * 4));
  }

  finish(): Int32Array {
    return int32(this.#bytes.finish());
  }
}

/** One bit a value, least significant first, as Arrow keeps booleans and validity. */
export class GrowingBits {
  readonly #bytes = new GrowingBytes();
  #length = 0;

  /** Appends `count` bits of `source` from bit `from` on. */
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

  /** Appends `count` ones. */
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

  /** Appends `count` bits, each one where the byte of `source` is not 0. */
  appendBytes(source: Uint8Array, from: number, count: number): void {
    const start = this.#length;
    this.#reserve(count);
    const target = this.#bytes.finish();
    for (let i = 0; i < count; i += 1) {
      if (source[from + i] !== 0) setBit(target, start + i);
      else clearBit(target, start + i);
    }
  }

  /** The bits, padded to whole bytes. */
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
