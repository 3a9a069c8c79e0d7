import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LONGEST_LINE_BYTES } from './log-limits.ts';

/**
 * One whole line of a log, without its newline, and its place. It is valid until the next line is read. A line that is
 * longer than `LONGEST_LINE_BYTES` has no text.
 */
export class LogLine {
  /** A buffer with the line between `from` and `to`; `undefined` for a line that is too long. */
  readonly bytes: Buffer | undefined;
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  /** The offset after its newline. */
  readonly end: number;

  constructor(bytes: Buffer | undefined, from: number, to: number, offset: number, end: number) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.offset = offset;
    this.end = end;
  }

  /** Whether it begins like the header of a section, which is never too long. */
  get looksLikeHeader(): boolean {
    const { bytes, from, to } = this;
    const { length } = HEADER_BEGINNING;
    if (bytes === undefined || to - from < length) return false;
    for (let at = 0; at < length; at += 1) {
      if (bytes[from + at] !== HEADER_BEGINNING[at]) return false;
    }
    return true;
  }

  /** The text, created on demand, because most lines are read from their bytes. */
  get text(): string | undefined {
    return this.bytes?.toString('utf8', this.from, this.to);
  }
}

const HEADER_BEGINNING = Buffer.from('{"kind":"log"');
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/**
 * Yields the whole lines of a file from an offset, and returns the end of the last line. Bytes after the last newline are
 * a torn or unfinished line, and are left for a later call. Memory is bounded by the longest line.
 */
export function* readLogLines(
  path: string,
  from: number,
  chunkBytes: number = CHUNK_BYTES,
): Generator<LogLine, number> {
  const fd = openSync(path, 'r');
  try {
    return yield* readOpenLogLines(fd, from, chunkBytes);
  } finally {
    closeSync(fd);
  }
}

/** Does the same as `readLogLines` with a log that is open, and leaves it open. */
export function* readOpenLogLines(
  fd: number,
  from: number,
  chunkBytes: number = CHUNK_BYTES,
): Generator<LogLine, number> {
  // A store may have thousands of small logs, so each gets only the memory that it needs.
  const rest = fstatSync(fd).size - from + 1;
  let buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, rest)));
  let lineStart = from;
  let filled = 0;
  for (;;) {
    if (filled === buffer.length && filled >= LONGEST_LINE_BYTES) {
      const newline = findNewline(fd, lineStart + filled, buffer);
      if (newline === undefined) return lineStart;
      yield new LogLine(undefined, 0, 0, lineStart, newline + 1);
      lineStart = newline + 1;
      filled = 0;
    }
    if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
    const wanted = buffer.length - filled;
    const count = readSync(fd, buffer, filled, wanted, lineStart + filled);
    if (count === 0) return lineStart;
    let begin = 0;
    // Passes the whole buffer, which also has older bytes, because a view for each line would cost more.
    let end = buffer.indexOf(NEWLINE, filled);
    filled += count;
    while (end !== -1 && end < filled) {
      yield new LogLine(buffer, begin, end, lineStart + begin, lineStart + end + 1);
      begin = end + 1;
      end = buffer.indexOf(NEWLINE, begin);
    }
    lineStart += begin;
    // The end of the file, without another read, because a store may have thousands of small logs.
    if (count < wanted) return lineStart;
    buffer.copyWithin(0, begin, filled);
    filled -= begin;
  }
}

/** Longer than any header, so that one read is enough. */
const FIRST_LINE_CHUNK_BYTES = 4096;

/** Returns the first whole line of a file; `undefined` if it has no whole line, or if that line is too long. */
export function readFirstLine(path: string): string | undefined {
  for (const { text } of readLogLines(path, 0, FIRST_LINE_CHUNK_BYTES)) return text;
  return undefined;
}

/** Returns the first bytes after the last line of a file, enough to recognise the subject of an event. */
export function readTail(path: string, offset: number): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(FIRST_LINE_CHUNK_BYTES);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(fd);
  }
}

/**
 * Whether there is a zero byte among the first or the last bytes after an offset of a file. No writer writes a zero byte.
 */
export function hasZerosAt(path: string, offset: number): boolean {
  const fd = openSync(path, 'r');
  try {
    return hasOpenZerosAt(fd, offset);
  } finally {
    closeSync(fd);
  }
}

/** Does the same as `hasZerosAt` with a file that is open. */
export function hasOpenZerosAt(fd: number, offset: number): boolean {
  const bytes = Buffer.alloc(FIRST_LINE_CHUNK_BYTES);
  const isZeroNear = (place: number): boolean =>
    bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, place)).includes(0);
  return isZeroNear(offset) || isZeroNear(Math.max(offset, fstatSync(fd).size - bytes.length));
}

/** Returns the place of the next newline after an offset; `undefined` if there is none yet. */
function findNewline(fd: number, from: number, buffer: Buffer): number | undefined {
  for (let place = from; ; ) {
    const count = readSync(fd, buffer, 0, buffer.length, place);
    if (count === 0) return undefined;
    const found = buffer.subarray(0, count).indexOf(NEWLINE);
    if (found !== -1) return place + found;
    place += count;
  }
}
