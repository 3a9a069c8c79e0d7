import { GrowingNumbers } from './growing-numbers.ts';

const FIRST_BYTES = 64;
const FIRST_SLOTS = 16;

/**
 * Texts of printable ASCII, each once, by the order in which they were added. They are kept as bytes, because a store may
 * have a hundred thousand names, and most of them are never read.
 */
export class AsciiTexts {
  #bytes = Buffer.alloc(FIRST_BYTES);
  readonly #ends = new GrowingNumbers(Uint32Array);
  readonly #hashes = new GrowingNumbers(Uint32Array);
  /** Open addressing: one more than a code, or 0. Its length is a power of two. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /** The number of texts. */
  get size(): number {
    return this.#ends.length;
  }

  /** Returns the code of a text, which is added if it is new. `hash` is a hash of its bytes. */
  code(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const wanted = hash >>> 0;
    const mask = this.#slots.length - 1;
    let slot = mixed(wanted) & mask;
    for (;;) {
      const code = (this.#slots[slot] as number) - 1;
      if (code === -1) break;
      if (this.#hashes.at(code) === wanted && this.#isText(code, bytes, from, to)) return code;
      slot = (slot + 1) & mask;
    }
    const code = this.#add(bytes, from, to, wanted);
    this.#slots[slot] = code + 1;
    if (2 * this.size > this.#slots.length) this.#grow();
    return code;
  }

  /** Returns a text by its code. */
  text(code: number): string {
    return this.#bytes.toString('latin1', this.#startOf(code), this.#ends.at(code));
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends.at(code - 1);
  }

  #isText(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const known = this.#bytes;
    const start = this.#startOf(code);
    if (this.#ends.at(code) - start !== to - from) return false;
    for (let at = from; at < to; at += 1) if (bytes[at] !== known[start + at - from]) return false;
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const start = this.size === 0 ? 0 : this.#ends.at(this.size - 1);
    const end = start + to - from;
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
    }
    for (let at = from; at < to; at += 1) this.#bytes[start + at - from] = bytes[at] as number;
    this.#ends.push(end);
    this.#hashes.push(hash);
    return this.size - 1;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let code = 0; code < this.size; code += 1) {
      let slot = mixed(this.#hashes.at(code)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

/** Spreads the high bits of a hash, in which short texts hardly differ from each other otherwise. */
function mixed(hash: number): number {
  return hash ^ (hash >>> 15);
}
