import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imageBytes } from './image-input.ts';
import { tableJson } from './table-input.ts';

it('a table of records has the columns in the order in which they appear', () => {
  expect(JSON.parse(tableJson([{ b: 1 }, { a: 'x', b: 2n ** 60n }]))).toEqual({
    columns: ['b', 'a'],
    data: [
      [1, null],
      ['1152921504606846976', 'x'],
    ],
  });
});

it('a table of columns accepts typed arrays, and refuses columns of different lengths', () => {
  expect(JSON.parse(tableJson({ a: Float32Array.of(0.5, Number.NaN), b: ['x', 'y'] }))).toEqual({
    columns: ['a', 'b'],
    data: [
      [0.5, 'x'],
      [null, 'y'],
    ],
  });
  expect(() => tableJson({ a: [1], b: [] })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

it('raw pixels become a PNG that holds exactly those pixels', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(1, 3, 4),
      fc.integer({ min: 0, max: 255 }),
      async (width, height, channels, seed) => {
        const data = Uint8Array.from({ length: width * height * channels }, (_, i) => seed ^ i);
        const png = Buffer.from(await imageBytes({ width, height, data }));
        expect(png.subarray(1, 4).toString()).toBe('PNG');
        expect([png.readUInt32BE(16), png.readUInt32BE(20), png[25]]).toEqual([
          width,
          height,
          { 1: 0, 3: 2, 4: 6 }[channels as 1 | 3 | 4],
        ]);
        const length = png.readUInt32BE(33);
        const rows = inflateSync(png.subarray(41, 41 + length));
        const stride = width * channels;
        const pixels = Array.from({ length: height }, (_, row) =>
          rows.subarray(row * (stride + 1) + 1, (row + 1) * (stride + 1)),
        );
        expect(Buffer.concat(pixels)).toEqual(Buffer.from(data));
      },
    ),
    { numRuns: 30 },
  );
});

it('bytes that are not an image are refused', async () => {
  await expect(imageBytes(new TextEncoder().encode('hello'))).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
});
