import { GrowingNumbers } from './growing-numbers.ts';

const CHUNK_BYTES = 256 * 1024;
const CLOSING_BRACE = 125;
const NEWLINE = 10;
/** The bytes after the body of a line: a brace and a newline. */
const END_BYTES = 2;

/** The longest body of a line that is kept. */
export const MOST_BODY_BYTES: number = 16 * 1024;

/** Copies of lines of logs without their checks, each linked to the next one of the same run. */
export class PlainLines {
  readonly #chunks: Buffer[] = [];
  #filled = CHUNK_BYTES;
  readonly #starts = new GrowingNumbers(Float64Array);
  readonly #lengths = new GrowingNumbers(Uint32Array);
  readonly #offsets = new GrowingNumbers(Float64Array);
  /** By line: one more than the next line of the same run, or 0. */
  readonly #next = new GrowingNumbers(Uint32Array);

  /** Adds a line by its body, which is what its check is about, and its offset in its log. Returns its place. */
  add(bytes: Buffer, from: number, bodyTo: number, offset: number): number {
    const length = bodyTo - from + END_BYTES;
    if (this.#filled + length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#filled = 0;
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Buffer;
    const start = this.#filled;
    // A call of native code takes longer for a line.
    for (let at = from; at < bodyTo; at += 1) chunk[start + at - from] = bytes[at] as number;
    this.#filled = start + length;
    chunk[this.#filled - 2] = CLOSING_BRACE;
    chunk[this.#filled - 1] = NEWLINE;
    this.#starts.push((this.#chunks.length - 1) * CHUNK_BYTES + start);
    this.#lengths.push(length);
    this.#offsets.push(offset);
    this.#next.push(0);
    return this.#starts.length - 1;
  }

  /** Links a line to the next one of the same run. */
  link(line: number, next: number): void {
    this.#next.array[line] = next + 1;
  }

  /** Returns the next line of the same run; -1 after the last one. */
  after(line: number): number {
    return this.#next.at(line) - 1;
  }

  /** Returns the offset of a line in its log. */
  offset(line: number): number {
    return this.#offsets.at(line);
  }

  /** Returns the bytes of a line, with its newline. */
  lengthOf(line: number): number {
    return this.#lengths.at(line);
  }

  /** Copies a line and all lines after it of the same run, each with its newline. */
  copyFrom(line: number, into: Buffer, at: number): void {
    let to = at;
    for (let next = line; next !== -1; ) {
      const start = this.#starts.at(next);
      let length = 0;
      // Lines of a run mostly follow each other.
      do {
        length += this.#lengths.at(next);
        next = this.after(next);
      } while (next !== -1 && this.#starts.at(next) === start + length && isInChunk(start, length));
      const chunk = Math.floor(start / CHUNK_BYTES);
      const from = start - chunk * CHUNK_BYTES;
      (this.#chunks[chunk] as Buffer).copy(into, to, from, from + length);
      to += length;
    }
  }

  /** Returns a line without its newline. */
  text(line: number): string {
    const start = this.#starts.at(line);
    const chunk = Math.floor(start / CHUNK_BYTES);
    const from = start - chunk * CHUNK_BYTES;
    const to = from + this.#lengths.at(line) - 1;
    return (this.#chunks[chunk] as Buffer).toString('latin1', from, to);
  }
}

/** Whether what follows a range of bytes is in the same chunk. */
function isInChunk(start: number, length: number): boolean {
  return (start % CHUNK_BYTES) + length < CHUNK_BYTES;
}
