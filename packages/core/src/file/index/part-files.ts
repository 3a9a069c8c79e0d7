import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, writevSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { errnoOf } from '../system/system-errors.ts';

/** The names of the parts of an index: `part-<16 hex digits>.bin`. */
export const PART_FILE: RegExp = /^part-[0-9a-f]{16}\.bin$/;

/** The most buffers to write with one call. The system accepts 1024. */
const BUFFERS_A_CALL = 512;
/** The bytes to write with one call: a few milliseconds. */
const BYTES_A_CALL = 4 * 1024 * 1024;

/** Writes a part under a new name, in turns, and returns the name; `undefined` if the folder is not writable. */
export function* writePart(
  folder: string,
  pieces: readonly Buffer[],
): Generator<void, string | undefined> {
  const file = `part-${randomBytes(8).toString('hex')}.bin`;
  const path = join(folder, LAYOUT.index, file);
  return (yield* writeDerivedInTurns(path, pieces)) ? file : undefined;
}

/**
 * Writes a derived file in place of an earlier one. Returns whether that worked. The file is not synced, because its
 * checks reveal a lost or torn file.
 */
export function writeDerived(path: string, pieces: readonly Buffer[]): boolean {
  const writing = writeDerivedInTurns(path, pieces);
  for (;;) {
    const { done, value } = writing.next();
    if (done === true) return value;
  }
}

/** `writeDerived` in turns, so that other work can run between them. */
export function* writeDerivedInTurns(
  path: string,
  pieces: readonly Buffer[],
): Generator<void, boolean> {
  const partial = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`,
  );
  let fd: number | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    fd = openSync(partial, 'wx');
    yield* writeAll(fd, pieces);
    renameSync(partial, path);
    return true;
  } catch (error) {
    // The disk is full or the store is read-only. The logs and commits have everything, and reads only take longer.
    if (errnoOf(error) === undefined) throw error;
    removeIfThere(partial);
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function* writeAll(fd: number, pieces: readonly Buffer[]): Generator<void> {
  let left: Buffer[] = [];
  let bytes = 0;
  for (const piece of slices(pieces)) {
    left.push(piece);
    bytes += piece.length;
    if (left.length < BUFFERS_A_CALL && bytes < BYTES_A_CALL) continue;
    writeWhole(fd, left);
    yield;
    [left, bytes] = [[], 0];
  }
  writeWhole(fd, left);
}

/** Yields the pieces that have bytes, large ones in slices. */
function* slices(pieces: readonly Buffer[]): Generator<Buffer> {
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += BYTES_A_CALL) {
      yield piece.subarray(from, from + BYTES_A_CALL);
    }
  }
}

function writeWhole(fd: number, pieces: readonly Buffer[]): void {
  for (let left = pieces; left.length > 0; ) {
    let written = writevSync(fd, left);
    let whole = 0;
    while (whole < left.length && written >= (left[whole] as Buffer).length) {
      written -= (left[whole] as Buffer).length;
      whole += 1;
    }
    left = left.slice(whole);
    if (written > 0) left = [(left[0] as Buffer).subarray(written), ...left.slice(1)];
  }
}
