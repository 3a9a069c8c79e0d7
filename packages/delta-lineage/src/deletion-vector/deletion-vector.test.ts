import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deletionVectorFile, readDeletionVector } from './deletion-vector.ts';
import { decodeRoaring64 } from './roaring.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-vector-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An inline vector from the tests of delta-kernel-rs. */
const INLINE = {
  storageType: 'i',
  pathOrInlineDv: '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
  sizeInBytes: 44,
  cardinality: 6,
};

describe('a deletion vector', () => {
  it('is read from the log', async () => {
    expect(await readDeletionVector(folder, INLINE)).toEqual([3, 4, 7, 11, 18, 29]);
  });

  it('is refused when its cardinality in the log is wrong', async () => {
    for (const cardinality of [5, 7]) {
      await expect(readDeletionVector(folder, { ...INLINE, cardinality })).rejects.toMatchObject({
        code: 'DELTA_LOG_INVALID',
      });
    }
  });

  it('is in the file with the UUID of its name, in the folder of its prefix', () => {
    const file = (pathOrInlineDv: string): string | undefined =>
      deletionVectorFile('/t', { ...INLINE, storageType: 'u', pathOrInlineDv });
    expect(file('ab^-aqEH.-t@S}K{vb[*k^')).toBe(
      join('/t', 'ab', 'deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin'),
    );
    expect(file('^-aqEH.-t@S}K{vb[*k^')).toBe(
      join('/t', 'deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin'),
    );
  });

  it('is read from a file at its offset, and its checksum is checked', async () => {
    const vector = encodeVector([1, 2, 70_000, 2 ** 33]);
    const file = join(folder, 'vector.bin');
    const bytes = Buffer.concat([Buffer.from([1, 99, 99]), framed(vector)]);
    const descriptor = {
      storageType: 'p',
      pathOrInlineDv: `file://${file}`,
      offset: 3,
      sizeInBytes: vector.length,
      cardinality: 4,
    };
    await writeFile(file, bytes);
    expect(await readDeletionVector(folder, descriptor)).toEqual([1, 2, 70_000, 2 ** 33]);

    bytes[12] = 77;
    await writeFile(file, bytes);
    await expect(readDeletionVector(folder, descriptor)).rejects.toMatchObject({
      code: 'DELTA_LOG_INVALID',
    });
    await rm(file);
    await expect(readDeletionVector(folder, descriptor)).rejects.toMatchObject({
      code: 'DELTA_FILES_MISSING',
    });
  });

  it('with the magic of the old native format is refused', async () => {
    const vector = encodeVector([1]);
    vector.writeUInt32LE(1681511376, 0);
    const file = join(folder, 'native.bin');
    await writeFile(file, Buffer.concat([Buffer.from([1]), framed(vector)]));
    await expect(
      readDeletionVector(folder, {
        storageType: 'p',
        pathOrInlineDv: `file://${file}`,
        offset: 1,
        sizeInBytes: vector.length,
        cardinality: 1,
      }),
    ).rejects.toMatchObject({ code: 'DELTA_FEATURE_UNSUPPORTED' });
  });
});

describe('a 64-bit Roaring bitmap', () => {
  it('decodes to the encoded values, as arrays, bitmaps and runs', () => {
    const values = fc.uniqueArray(fc.nat({ max: 2 ** 18 }), { maxLength: 200 });
    const start = fc.nat({ max: 2 ** 18 });
    fc.assert(
      fc.property(values, start, fc.nat({ max: 9000 }), fc.boolean(), (few, from, count, runs) => {
        const many = Array.from({ length: count }, (_, i) => from + i * (runs ? 1 : 3));
        const all = [...new Set([...few, ...many])].sort((a, b) => a - b);
        const bytes = encodeVector(all, runs);
        expect(decodeRoaring64(bytes, 4, all.length)).toEqual(all);
      }),
    );
  });

  it('that is damaged never decodes to more values than it may have, and is refused if it is cut off', () => {
    const whole = encodeVector([1, 5, 9, 70_000, 70_001, 70_002], true);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        try {
          expect(decodeRoaring64(damaged, 4, 1000).length).toBeLessThanOrEqual(1000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
        expect(() => decodeRoaring64(whole.subarray(0, at), 4, 1000)).toThrow(RangeError);
      }),
    );
  });
});

function framed(vector: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(vector.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(vector));
  return Buffer.concat([size, vector, checksum]);
}

/** An encoder for tests, according to the specification: magic number, buckets, and a 32-bit bitmap each. */
function encodeVector(values: readonly number[], runs = false): Buffer {
  const buckets = groupBy(values, (value) => Math.floor(value / 2 ** 32));
  const head = Buffer.alloc(12);
  head.writeUInt32LE(1681511377, 0);
  head.writeBigUInt64LE(BigInt(buckets.size), 4);
  const parts: Buffer[] = [head];
  for (const [high, inBucket] of buckets) {
    const key = Buffer.alloc(4);
    key.writeUInt32LE(high);
    parts.push(
      key,
      encodeBitmap(
        inBucket.map((value) => value % 2 ** 32),
        runs,
      ),
    );
  }
  return Buffer.concat(parts);
}

function encodeBitmap(values: readonly number[], runs: boolean): Buffer {
  const containers = [...groupBy(values, (value) => value >>> 16)];
  const parts: Buffer[] = [];
  if (runs) {
    parts.push(uint32(12347 | ((containers.length - 1) << 16)));
    parts.push(Buffer.alloc(Math.ceil(containers.length / 8), 0xff));
  } else parts.push(uint32(12346), uint32(containers.length));
  for (const [key, inContainer] of containers) parts.push(uint16(key, inContainer.length - 1));
  if (!runs || containers.length >= 4) parts.push(Buffer.alloc(containers.length * 4));
  for (const [, inContainer] of containers) {
    const low = inContainer.map((value) => value & 0xffff);
    if (runs) {
      const starts = low.filter((value, i) => low[i - 1] !== value - 1);
      const ends = low.filter((value, i) => low[i + 1] !== value + 1);
      parts.push(uint16(starts.length));
      parts.push(uint16(...starts.flatMap((first, i) => [first, (ends[i] ?? first) - first])));
    } else if (low.length > 4096) {
      const bits = Buffer.alloc(8192);
      for (const value of low) bits[value >> 3] = (bits[value >> 3] ?? 0) | (1 << (value & 7));
      parts.push(bits);
    } else parts.push(uint16(...low));
  }
  return Buffer.concat(parts);
}

function groupBy(
  values: readonly number[],
  keyOf: (value: number) => number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

function uint16(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

function uint32(value: number): Buffer {
  return Buffer.from(Uint32Array.of(value).buffer);
}
