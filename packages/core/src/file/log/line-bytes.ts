import { putCheck, ROOM_OF_CHECK } from './line-check.ts';

/** The initial size of the buffer, which doubles when it is full. */
const FIRST_BYTES = 4 * 1024;

/** `clear` releases the memory if it is larger than this. */
const KEPT_BYTES = 64 * 1024;

/** A character takes at most three bytes of UTF-8 for each unit of its UTF-16. */
const BYTES_PER_UNIT = 3;

/** Whole lines as a log has them, gathered in a buffer that is reused. */
export class LineBytes {
  #memory = Buffer.alloc(0);
  #length = 0;

  /** The number of bytes. */
  get length(): number {
    return this.#length;
  }

  /** The lines. The next change overwrites them, so copy them to keep them. */
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

  /** Removes all lines. */
  clear(): void {
    this.#length = 0;
    if (this.#memory.length > KEPT_BYTES) this.release();
  }

  /** Removes all lines and releases the memory. */
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
