import { describe, expect, it } from 'vitest';
import { memoryPart, type PartSource } from '../index/part-source.ts';
import { encodeHeads } from './heads-format.ts';
import { RegistryHeadsFile } from './registry-heads-file.ts';

const MODELS = 800;
const STATE_BYTES = 5000;

/** A file of heads of several windows, and how many bytes are read of it. */
function headsOfMany(): { heads: RegistryHeadsFile; fileBytes: number; readBytes: () => number } {
  const look = { ino: 1, mtimeMs: 2, ctimeMs: 3 };
  const rows = Array.from({ length: MODELS }, (_, at) => ({
    name: `model-${at}`,
    place: placeOf(at),
    folder: look,
    head: { ...look, size: 4, number: 5 },
    versionsUpdatedMs: 6,
    body: { bytes: Buffer.alloc(STATE_BYTES, at), outlineBytes: 7 },
  }));
  const pieces = encodeHeads(rows);
  const whole = memoryPart(pieces);
  let readBytes = 0;
  const source: PartSource = {
    name: whole.name,
    read(offset, length) {
      readBytes += length;
      return whole.read(offset, length);
    },
  };
  const heads = new RegistryHeadsFile('no folder', source);
  const fileBytes = Buffer.concat(pieces).length;
  return { heads, fileBytes, readBytes: () => readBytes };
}

function placeOf(at: number): string {
  return `registry/model-${at}`;
}

/** Every model once, scattered as in the order of folders, whose names end in a hash. */
const SCATTERED = Array.from({ length: MODELS }, (_, at) => (at * 333) % MODELS);

describe('reading the file of heads', () => {
  it.each([
    ['in the order of the file', Array.from({ length: MODELS }, (_, at) => at)],
    ['in the order of folders', SCATTERED],
    ['backwards', Array.from({ length: MODELS }, (_, at) => MODELS - 1 - at)],
  ])('reads each state about once when all are read %s', (_order, order) => {
    const { heads, fileBytes, readBytes } = headsOfMany();
    for (const at of order) {
      expect(heads.copy(placeOf(at))?.body.bytes.at(-1)).toBe(at % 256);
    }
    expect(readBytes()).toBeLessThan(1.1 * fileBytes);
  });

  it('keeps only the bytes of each state in memory', () => {
    const { heads } = headsOfMany();
    for (let at = 0; at < MODELS; at += 1) {
      const held = heads.copy(placeOf(at))?.body.bytes.buffer.byteLength;
      expect(held).toBeLessThanOrEqual(Math.max(Buffer.poolSize, STATE_BYTES));
    }
  });
});
