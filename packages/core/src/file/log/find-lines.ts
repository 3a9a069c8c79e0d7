import { closeSync, openSync, readSync } from 'node:fs';
import { LogLine } from './log-lines.ts';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/**
 * Yields the whole lines that contain this text, between two places of a file at which lines begin and end. It skips the
 * other lines without parsing them, at the speed of a search in memory.
 */
export function* findLines(
  path: string,
  from: number,
  to: number,
  text: string,
): Generator<LogLine> {
  const needle = Buffer.from(text);
  const fd = openSync(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, to - from));
    /** The place in the file of the first byte of the buffer, where a line begins. */
    let start = from;
    let filled = 0;
    while (start + filled < to) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
      const wanted = Math.min(buffer.length - filled, to - start - filled);
      const count = readSync(fd, buffer, filled, wanted, start + filled);
      if (count === 0) return;
      filled += count;
      const whole = buffer.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
      // The line is longer than the buffer, so the buffer grows.
      if (whole === 0) continue;
      const lines = buffer.subarray(0, whole);
      for (let hit = lines.indexOf(needle); hit !== -1; ) {
        const begin = lines.lastIndexOf(NEWLINE, hit) + 1;
        const end = lines.indexOf(NEWLINE, hit);
        yield new LogLine(lines, begin, end, start + begin, start + end + 1);
        hit = lines.indexOf(needle, end + 1);
      }
      buffer.copyWithin(0, whole, filled);
      start += whole;
      filled -= whole;
    }
  } finally {
    closeSync(fd);
  }
}
