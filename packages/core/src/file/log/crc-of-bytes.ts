import { crc32 } from 'node:zlib';

/** Below this length, this code is faster than a call of native code. A metric point is shorter. */
const SHORT_BYTES = 512;

/** The polynomial of CRC-32, with its bits reversed. */
const POLYNOMIAL = 0xedb88320;
const BYTE = 0xff;

/** The effect of a byte, and of each of seven bytes before it, on the check: eight tables of 256 in one. */
const TABLES = madeTables();

/** Returns the CRC-32 of a range of bytes, the same as `crc32` of zlib. */
export function crcOfBytes(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > SHORT_BYTES) return crc32(bytes.subarray(from, to));
  let crc = -1;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    crc ^= at4(bytes, at);
    crc =
      entry(7, crc & BYTE) ^
      entry(6, (crc >>> 8) & BYTE) ^
      entry(5, (crc >>> 16) & BYTE) ^
      entry(4, crc >>> 24) ^
      entry(3, bytes[at + 4] as number) ^
      entry(2, bytes[at + 5] as number) ^
      entry(1, bytes[at + 6] as number) ^
      entry(0, bytes[at + 7] as number);
  }
  for (; at < to; at += 1) crc = entry(0, (crc ^ (bytes[at] as number)) & BYTE) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Returns four bytes as one number, little-endian. */
function at4(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function entry(table: number, byte: number): number {
  return TABLES[(table << 8) | byte] as number;
}

function madeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < tables.length; byte += 1) {
    let crc = byte > BYTE ? (tables[byte - 256] as number) : byte;
    if (byte > BYTE) crc = (tables[crc & BYTE] as number) ^ (crc >>> 8);
    else for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    tables[byte] = crc;
  }
  return tables;
}
