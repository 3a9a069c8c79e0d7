import type { LeftOutReason, PatchState } from '../environment.ts';
import { holdsSecret } from './holds-secret.ts';
import { quotePath } from './quote-path.ts';

const MAX_NAMED = 200;

/** A patch that is assembled file by file, and never truncated inside a file. */
export class PatchDraft {
  readonly #maxBytes: number;
  readonly #parts: string[] = [];
  readonly #leftOut = new Map<string, LeftOutReason>();
  #bytes = 0;
  #complete = true;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The maximum size in bytes of the next file. */
  get room(): number {
    return this.#maxBytes - this.#bytes;
  }

  /** Adds the part of one file, one character for each byte, unless it is too large or holds a secret. */
  add(path: string, part: string): void {
    if (part.length > this.room) this.leaveOut(path, 'too-large');
    else if (holdsSecret(part)) this.leaveOut(path, 'secret');
    else {
      this.#parts.push(part);
      this.#bytes += part.length;
    }
  }

  /** Records that a changed file is not in the patch. The first reason is kept. */
  leaveOut(path: string, reason: LeftOutReason): void {
    if (!this.#leftOut.has(path)) this.#leftOut.set(path, reason);
  }

  /** Records that there may be changes that were not read. */
  cutOff(): void {
    this.#complete = false;
  }

  /** The record of the patch; `undefined` when nothing differs from the commit. */
  state(): PatchState | undefined {
    if (this.#parts.length === 0 && this.#leftOut.size === 0 && this.#complete) return undefined;
    const leftOut = [...this.#leftOut].map(([path, reason]) => ({ path, reason }));
    return {
      files: this.#parts.length,
      complete: this.#complete,
      leftOut: leftOut.slice(0, MAX_NAMED),
      leftOutCount: leftOut.length,
    };
  }

  /** The bytes of the patch; `undefined` if it has no file. The list of left-out files comes first. */
  content(commit: string): Uint8Array | undefined {
    if (this.#parts.length === 0) return undefined;
    const notes = [...this.#leftOut]
      .slice(0, MAX_NAMED)
      .map(([path, reason]) => `Left out: ${quotePath(path)} (${reason})\n`);
    const more = this.#leftOut.size - notes.length;
    if (more > 0) notes.push(`Left out: ${more} more files\n`);
    if (!this.#complete) notes.push('Left out: changes that there was no time to examine\n');
    const head = `Uncommitted changes on top of ${commit}; "git apply" applies them.\n${notes.join('')}`;
    return Buffer.from(`${head}\n${this.#parts.join('')}`, 'latin1');
  }
}
