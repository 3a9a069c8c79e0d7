import { crc32 } from 'node:zlib';
import { crcOfBytes } from './crc-of-bytes.ts';

/** The text before the check, which is the last field of a line. */
const MARK = ',"crc":';
const MARK_BYTES = Buffer.from(MARK);

/** A check, its mark and the end of a line take at most this many bytes. */
export const ROOM_OF_CHECK: number = MARK_BYTES.length + '4294967295}\n'.length;

const ZERO = 48;
const CLOSING_BRACE = 125;
const NEWLINE = 10;

/**
 * Returns a line (a JSON object without its newline) with its check: `{…,"crc":<n>}`. n is the CRC-32 of the UTF-8 of
 * everything before the comma.
 */
export function withCheck(line: string): string {
  const body = line.slice(0, -1);
  return `${body}${MARK}${crc32(body)}}`;
}

/**
 * `withCheck` for the line between two bytes of `memory`, with a newline after it. Returns the new end. Every metric
 * point goes through this function, so it allocates nothing.
 */
export function putCheck(memory: Buffer, from: number, to: number): number {
  let at = to - 1;
  const check = crcOfBytes(memory, from, at);
  for (let index = 0; index < MARK_BYTES.length; index += 1) {
    memory[at + index] = MARK_BYTES[index] as number;
  }
  at = putNumber(memory, at + MARK_BYTES.length, check);
  memory[at] = CLOSING_BRACE;
  memory[at + 1] = NEWLINE;
  return at + 2;
}

/** Writes the digits of a whole number, and returns their end. */
function putNumber(memory: Buffer, from: number, value: number): number {
  let to = from + 1;
  for (let power = 10; power <= value; power *= 10) to += 1;
  let left = value;
  for (let at = to - 1; at >= from; at -= 1) {
    const tenth = Math.floor(left / 10);
    memory[at] = ZERO + left - 10 * tenth;
    left = tenth;
  }
  return to;
}

/** Whether a line has a check that matches its bytes. */
export function isIntact(line: string): boolean {
  let at = line.length - 2;
  let check = 0;
  let power = 1;
  // From the end, so that no other part of the line is parsed.
  for (; at >= 0; at -= 1) {
    const digit = line.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    check += digit * power;
    power *= 10;
  }
  const digits = line.length - 2 - at;
  const isWritten =
    digits > 0 &&
    line.charCodeAt(line.length - 1) === CLOSING_BRACE &&
    // No writer puts zeros before the number.
    (digits === 1 || check >= power / 10);
  const mark = at + 1 - MARK.length;
  return isWritten && line.startsWith(MARK, mark) && crc32(line.slice(0, mark)) === check;
}

/** `isIntact` of a line that is ASCII, from its bytes. */
export function isIntactAscii(bytes: Uint8Array, from: number, to: number): boolean {
  let at = to - 2;
  let check = 0;
  let power = 1;
  for (; at >= from; at -= 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    check += digit * power;
    power *= 10;
  }
  const digits = to - 2 - at;
  const mark = at + 1 - MARK_BYTES.length;
  if (digits < 1 || bytes[to - 1] !== CLOSING_BRACE || mark < from) return false;
  if (digits > 1 && check < power / 10) return false;
  for (let index = 0; index < MARK_BYTES.length; index += 1) {
    if (bytes[mark + index] !== MARK_BYTES[index]) return false;
  }
  return crcOfBytes(bytes, from, mark) === check;
}

/** Whether a line has no check or the right one, for lines of which it is unknown whether they must have one. */
export function isIntactOrUnchecked(line: string): boolean {
  return !line.includes(MARK) || isIntact(line);
}
