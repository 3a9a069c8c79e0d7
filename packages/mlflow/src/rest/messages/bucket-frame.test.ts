import { bucketColumnsOf, DEFAULT_EXPERIMENT_ID, MemoryStore } from '@tidemark/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketFrame, decodeBucketFrame, encodeBucketFrame } from './bucket-frame.ts';

const value = fc.oneof(
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
);
const points = fc.array(fc.tuple(fc.maxSafeInteger(), fc.nat(), value), { maxLength: 30 });

/** The buckets of runs with these points. */
async function frameOf(runs: [number, number, number][][], subject = {}): Promise<BucketFrame> {
  const store = new MemoryStore();
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
  const ids = [];
  for (const each of runs) {
    const { runId } = await store.createRun(draft);
    ids.push(runId);
    for (const [step, timeMs, measured] of each) {
      await store.append([
        { kind: 'metrics', run: runId, timeMs, step, metrics: { loss: measured }, ...subject },
      ]);
    }
  }
  return { cursor: 'c-ü', runs: await bucketColumnsOf(store, ids, 'loss', { count: 5 }) };
}

describe('a frame of buckets', () => {
  it('has every number of the buckets, bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(points, { maxLength: 4 }), async (runs) => {
        const frame = await frameOf(runs);
        expect(decodeBucketFrame(encodeBucketFrame(frame))).toEqual(frame);
      }),
      { numRuns: 50 },
    );
  });

  it('has the datasets of points, and runs that did not change', async () => {
    const dataset = { name: 'train', digest: 'd1' };
    const [run] = (await frameOf([[[1, 2, 3]]], { dataset })).runs;
    const frame = { cursor: '', runs: [undefined, run] };
    expect(decodeBucketFrame(encodeBucketFrame(frame))).toEqual(frame);
    expect(run?.min.subjects).toEqual([{ datasetName: 'train', datasetDigest: 'd1' }]);
  });

  it('has 4 bytes for a step, a time and a count, and none for counts that are all 0', async () => {
    const steps = Array.from({ length: 5 }, (_, step): [number, number, number] => [
      step,
      1e12 + step,
      Math.sin(step),
    ]);
    const { length } = encodeBucketFrame(await frameOf([steps]));
    // The head, 15 columns of 16 bytes, eight columns of five offsets and four of five floats, each up to a multiple of 8.
    expect(length).toBe(24 + 8 + 8 + 15 * 16 + 8 * 24 + 4 * 40);
  });

  it('is refused if it is cut, longer, or of another version', async () => {
    const bytes = encodeBucketFrame(await frameOf([[[1, 2, 3]], []]));
    const other = bytes.slice();
    other[4] = 9;
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    const wrong = [other, longer];
    for (let length = 0; length < bytes.length; length += 8) wrong.push(bytes.slice(0, length));
    for (const each of wrong) {
      expect(() => decodeBucketFrame(each)).toThrow(
        expect.objectContaining({ code: 'SERVER_FAILED' }),
      );
    }
  });
});
