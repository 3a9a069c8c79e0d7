import { type AsciiNames, asciiText, EMPTY_HASH, hashWith } from './ascii-names.ts';
import { roundedQuotient } from './decimal.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;
const LOWER_E = 101;
const UPPER_E = 69;
const SPACE = 32;
const DELETE = 127;

/** Whole numbers below this are exact. */
const EXACT = 2 ** 53;
/** A whole number up to this is still exact after one more digit. */
const TENTH_OF_EXACT = Math.floor((EXACT - 10) / 10);
/** The most digits beyond the exact ones. JavaScript prints no number with more. */
const MOST_REST_DIGITS = 6;
/** The powers of ten that are exact. */
const POWERS = Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** Quoted texts for the numbers that JSON lacks. */
const MARKS = (['NaN', 'Infinity', '-Infinity'] as const).map((name) => ({
  bytes: new TextEncoder().encode(`"${name}"`),
  number: Number(name),
}));

/** Reads the tokens of a JSON text from bytes, only in the form that the writer uses. */
export class JsonBytes {
  /** The last number that was read. */
  number = 0;
  /** The place of the last text that was read with `text`, and the hash of its bytes. */
  textFrom = 0;
  textTo = 0;
  textHash = 0;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #end = 0;
  #sum = 0;
  #rest = 0;
  #restDigits = 0;

  /** Returns the bytes of a text, for `skip`. */
  static literal(text: string): Uint8Array {
    return new TextEncoder().encode(text);
  }

  /** Begins to read a range of bytes. */
  begin(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  /** The place of the next byte. */
  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Skips one byte if it is next. Returns whether it was. */
  take(byte: number): boolean {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  /** Skips some bytes if they are next. Returns whether they were. */
  skip(literal: Uint8Array): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    const { length } = literal;
    if (this.#end - at < length) return false;
    for (let place = 0; place < length; place += 1) {
      if (bytes[at + place] !== literal[place]) return false;
    }
    this.#at = at + length;
    return true;
  }

  /** Skips a number of bytes, if there are as many. Returns whether there were. */
  pass(count: number): boolean {
    if (this.#end - this.#at < count) return false;
    this.#at += count;
    return true;
  }

  /** Returns a copy of the bytes from a place on that were read. */
  since(from: number): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(from, this.#at));
  }

  /** Reads a text after its opening quote: printable ASCII without escapes. Returns whether it is one. */
  text(): boolean {
    const bytes = this.#bytes;
    const from = this.#at;
    const end = this.#end;
    let hash = EMPTY_HASH;
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) {
        this.#at = at + 1;
        this.textFrom = from;
        this.textTo = at;
        this.textHash = hash;
        return true;
      }
      if (byte < SPACE || byte >= DELETE || byte === BACKSLASH) return false;
      hash = hashWith(hash, byte);
    }
    return false;
  }

  /** Reads a text after its opening quote, as `text` does, and returns it if it is one of these names. */
  name(names: AsciiNames): string | undefined {
    if (!this.text()) return undefined;
    return names.find(this.#bytes, this.textFrom, this.textTo, this.textHash);
  }

  /** Reads digits without a sign. */
  natural(): boolean {
    return this.#at < this.#end && this.#bytes[this.#at] !== MINUS && this.integer();
  }

  /** Reads a safe whole number that is written with digits only. */
  integer(): boolean {
    const isNegative = this.take(MINUS);
    const from = this.#at;
    this.#beginDigits();
    const end = this.#digits(from);
    const sum = this.#restDigits === 1 ? this.#sum * 10 + this.#rest : this.#sum;
    if (!this.#isWhole(from, end) || this.#restDigits > 1 || sum >= EXACT) return false;
    const next = end < this.#end ? this.#bytes[end] : undefined;
    if (next === POINT || next === LOWER_E || next === UPPER_E) return false;
    this.#at = end;
    this.number = isNegative ? -sum : sum;
    return true;
  }

  /** Reads any number, or the text for a number that JSON lacks. */
  value(): boolean {
    const bytes = this.#bytes;
    const from = this.#at;
    if (from < this.#end && bytes[from] === QUOTE) return this.#mark();
    const isNegative = this.take(MINUS);
    const whole = this.#at;
    this.#beginDigits();
    let at = this.#digits(whole);
    if (!this.#isWhole(whole, at)) return false;
    let power = 0;
    if (at < this.#end && bytes[at] === POINT) {
      const end = this.#digits(at + 1);
      if (end === at + 1) return false;
      power = at + 1 - end;
      at = end;
    }
    const sum = this.#sum;
    const rest = this.#rest;
    const restDigits = this.#restDigits;
    if (at < this.#end && (bytes[at] === LOWER_E || bytes[at] === UPPER_E)) {
      const sign = at + 1 < this.#end ? bytes[at + 1] : undefined;
      const digits = sign === MINUS || sign === PLUS ? at + 2 : at + 1;
      this.#beginDigits();
      at = this.#digits(digits);
      if (at === digits) return false;
      if (this.#restDigits > 0) power = Number.NaN;
      else power += sign === MINUS ? -this.#sum : this.#sum;
    }
    this.#at = at;
    const size = sized(sum, rest, restDigits, power);
    if (size === undefined) this.number = Number(asciiText(bytes, from, at));
    else this.number = isNegative ? -size : size;
    return true;
  }

  #beginDigits(): void {
    this.#sum = 0;
    this.#rest = 0;
    this.#restDigits = 0;
  }

  /** Adds digits to the sum, and to the rest as soon as the sum would not be exact. Returns the end of the digits. */
  #digits(from: number): number {
    const bytes = this.#bytes;
    let sum = this.#sum;
    let at = from;
    for (; at < this.#end; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      if (sum < TENTH_OF_EXACT && this.#restDigits === 0) {
        sum = sum * 10 + digit;
        continue;
      }
      this.#rest = this.#rest * 10 + digit;
      this.#restDigits += 1;
    }
    this.#sum = sum;
    return at;
  }

  #isWhole(from: number, end: number): boolean {
    return end > from && (end === from + 1 || this.#bytes[from] !== ZERO);
  }

  #mark(): boolean {
    for (const { bytes, number } of MARKS) {
      if (!this.skip(bytes)) continue;
      this.number = number;
      return true;
    }
    return false;
  }
}

/**
 * Returns `sum`, followed by the `restDigits` digits of `rest`, times a power of ten; `undefined` if numbers of 53 bits are
 * not precise enough.
 */
function sized(sum: number, rest: number, restDigits: number, power: number): number | undefined {
  if (!(power > -POWERS.length && power < POWERS.length)) return undefined;
  if (restDigits === 0) {
    // Both numbers are exact, so the result is rounded only once.
    return power < 0 ? sum / (POWERS[-power] as number) : sum * (POWERS[power] as number);
  }
  if (restDigits > MOST_REST_DIGITS || power > 0) return undefined;
  return roundedQuotient(sum, POWERS[restDigits] as number, rest, POWERS[-power] as number);
}
