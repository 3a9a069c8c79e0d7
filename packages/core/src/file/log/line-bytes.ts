import { putCheck, ROOM_OF_CHECK } from './line-check.ts';

/** The memory that is taken first; it doubles when it is full. */
const FIRST_BYTES = 4 * 1024;

/** More than this is given back when the lines are. */
const KEPT_BYTES = 64 * 1024;

/** A character takes at most three bytes of UTF-8 for each unit of its UTF-16. */
const BYTES_PER_UNIT = 3;

/** Whole lines as a log has them, gathered in a buffer that is reused. */
export class LineBytes {
  #memory = Buffer.alloc(0);
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** The lines, until the next change: a caller that keeps them copies them. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Adds a copy of whole lines. */
  add(lines: Uint8Array): void {
    this.#makeRoom(lines.length);
    this.#memory.set(lines, this.#length);
    this.#length += lines.length;
  }

  /** Adds a JSON object as a line with its check and its newline. */
  addChecked(json: string): void {
    const room = json.length * BYTES_PER_UNIT + ROOM_OF_CHECK;
    const fits = this.#length + room <= this.#memory.length;
    if (!fits) this.#makeRoom(Buffer.byteLength(json) + ROOM_OF_CHECK);
    const from = this.#length;
    this.#length = putCheck(this.#memory, from, from + this.#memory.write(json, from));
  }

  /** Takes all lines out. */
  clear(): void {
    this.#length = 0;
    if (this.#memory.length > KEPT_BYTES) this.release();
  }

  /** Takes all lines out, and gives the memory back. */
  release(): void {
    this.#length = 0;
    this.#memory = Buffer.alloc(0);
  }

  #makeRoom(byteCount: number): void {
    const least = this.#length + byteCount;
    if (least <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(least, FIRST_BYTES, 2 * this.#memory.length));
    larger.set(this.bytes);
    this.#memory = larger;
  }
}
