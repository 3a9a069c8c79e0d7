import { closeSync, openSync, readSync } from 'node:fs';

/** One whole line of a log, without its newline, and the byte at which it begins. */
export interface LogLine {
  readonly text: string;
  readonly offset: number;
}

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/**
 * The whole lines of a file from a byte on; returns where the last of them ends. What follows the
 * last newline is a torn or an unfinished line and is left for a later call. Memory is bounded by
 * the longest line or the chunk.
 */
export function* readLogLines(
  path: string,
  from: number,
  chunkBytes: number = CHUNK_BYTES,
): Generator<LogLine, number> {
  const fd = openSync(path, 'r');
  try {
    let buffer = Buffer.alloc(chunkBytes);
    let lineStart = from;
    let filled = 0;
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
      const count = readSync(fd, buffer, filled, buffer.length - filled, lineStart + filled);
      if (count === 0) return lineStart;
      let begin = 0;
      let end = buffer.subarray(0, filled + count).indexOf(NEWLINE, filled);
      filled += count;
      while (end !== -1) {
        yield { text: buffer.toString('utf8', begin, end), offset: lineStart + begin };
        begin = end + 1;
        end = buffer.subarray(0, filled).indexOf(NEWLINE, begin);
      }
      buffer.copyWithin(0, begin, filled);
      filled -= begin;
      lineStart += begin;
    }
  } finally {
    closeSync(fd);
  }
}
