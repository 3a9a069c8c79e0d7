import type { RunId } from '../../model/ids.ts';
import { GrowingNumbers } from './growing-numbers.ts';

const DIGITS = 32;
const DIGITS_OF_WORD = 8;
const WORDS = 4;
const FIRST_SLOTS = 64;
/** What is not a hexadecimal digit. */
const NO_DIGIT = 16;
/** By byte: the number of a lower-case hexadecimal digit. */
const DIGIT_OF: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte));
  return digit === -1 ? NO_DIGIT : digit;
});

/** The four numbers of 32 bits that an id of 32 lower-case hexadecimal digits is. */
export class IdWords {
  readonly words: Uint32Array = new Uint32Array(WORDS);

  /** Reads an id from bytes. Returns false for any other id. */
  read(bytes: Uint8Array, from: number): boolean {
    let strange = 0;
    for (let word = 0; word < WORDS; word += 1) {
      let value = 0;
      const start = from + word * DIGITS_OF_WORD;
      for (let at = start; at < start + DIGITS_OF_WORD; at += 1) {
        const digit = DIGIT_OF[bytes[at] as number] as number;
        strange |= digit;
        value = (value << 4) | digit;
      }
      this.words[word] = value;
    }
    return strange < NO_DIGIT;
  }

  /** Reads an id from a text. Returns false for any other id. */
  readText(id: string): boolean {
    if (id.length !== DIGITS) return false;
    const bytes = new Uint8Array(DIGITS);
    for (let at = 0; at < DIGITS; at += 1) {
      const unit = id.charCodeAt(at);
      if (unit > 127) return false;
      bytes[at] = unit;
    }
    return this.read(bytes, 0);
  }
}

/** Ids of runs of 32 hexadecimal digits, each with a place, in the order in which they were added. */
export class RunPlaces {
  readonly #words = new GrowingNumbers(Uint32Array);
  /** Open addressing: one more than a place, or 0. Its length is a power of two. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /** The number of ids. */
  get size(): number {
    return this.#words.length / WORDS;
  }

  /** Returns the place of an id; -1 if it was not added. */
  find({ words }: IdWords): number {
    const mask = this.#slots.length - 1;
    for (let slot = slotOf(words[0] as number, words[3] as number) & mask; ; ) {
      const place = (this.#slots[slot] as number) - 1;
      if (place === -1 || this.#isAt(place, words)) return place;
      slot = (slot + 1) & mask;
    }
  }

  /** Adds an id, which must be new, and returns its place. */
  add({ words }: IdWords): number {
    const place = this.size;
    for (let word = 0; word < WORDS; word += 1) this.#words.push(words[word] as number);
    if (2 * this.size > this.#slots.length) this.#grow();
    else this.#put(place);
    return place;
  }

  /** Returns the first four bytes of an id as a number. */
  head(place: number): number {
    return this.#words.at(WORDS * place);
  }

  /** Compares two ids. */
  compare(a: number, b: number): number {
    for (let word = 0; word < WORDS; word += 1) {
      const difference = this.#words.at(WORDS * a + word) - this.#words.at(WORDS * b + word);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Writes the 16 bytes of an id. */
  write(place: number, into: Buffer, at: number): void {
    for (let word = 0; word < WORDS; word += 1) {
      into.writeUInt32BE(this.#words.at(WORDS * place + word), at + 4 * word);
    }
  }

  /** Returns an id. */
  id(place: number): RunId {
    let id = '';
    for (let word = 0; word < WORDS; word += 1) {
      id += this.#words
        .at(WORDS * place + word)
        .toString(16)
        .padStart(DIGITS_OF_WORD, '0');
    }
    return id as RunId;
  }

  #isAt(place: number, words: Uint32Array): boolean {
    const known = this.#words.array;
    const at = WORDS * place;
    return (
      known[at] === words[0] &&
      known[at + 1] === words[1] &&
      known[at + 2] === words[2] &&
      known[at + 3] === words[3]
    );
  }

  #put(place: number): void {
    const mask = this.#slots.length - 1;
    let slot = slotOf(this.#words.at(WORDS * place), this.#words.at(WORDS * place + 3)) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = place + 1;
  }

  #grow(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    for (let place = 0; place < this.size; place += 1) this.#put(place);
  }
}

/** Ids are random, so some of their bits are a hash of them. */
function slotOf(first: number, last: number): number {
  return (first ^ last) >>> 0;
}
