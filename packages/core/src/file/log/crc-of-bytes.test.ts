import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crcOfBytes } from './crc-of-bytes.ts';

it('crcOfBytes returns the CRC-32 of zlib, for any part of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1200 }), fc.nat(), fc.nat(), (bytes, one, other) => {
      const [from, to] = [one % (bytes.length + 1), other % (bytes.length + 1)].sort(
        (a, b) => a - b,
      );
      expect(crcOfBytes(bytes, from as number, to as number)).toBe(crc32(bytes.subarray(from, to)));
    }),
  );
});
