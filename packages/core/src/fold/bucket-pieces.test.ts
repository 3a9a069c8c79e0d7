import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BucketColumns } from '../model/bucket-columns.ts';
import { bucketPieces, type HistoryPiece } from './bucket-pieces.ts';
import { type SummarisedPoints, summariseChunks } from './chunk-summaries.ts';
import { PointColumns } from './point-columns.ts';

const value = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const step = fc.integer({ min: -20, max: 20 });
const history = fc
  .array(fc.tuple(fc.nat({ max: 30 }), step, value), { maxLength: 60 })
  .map((points) => {
    const columns = new PointColumns();
    for (const [timeMs, at, measured] of points) columns.add(at, timeMs, measured);
    columns.settle();
    return columns;
  });

/** The points as chunks with summaries; `onRead` is called with the number of chunks of each read. */
function summarised(
  columns: PointColumns,
  chunkPoints: number,
  onRead: (count: number) => void = () => {},
): SummarisedPoints {
  return {
    length: columns.length,
    chunkPoints,
    summaries: summariseChunks(columns, chunkPoints),
    open: () => ({
      read: (from, to) => {
        onRead(to - from);
        return slice(columns, from * chunkPoints, Math.min(columns.length, to * chunkPoints));
      },
      close: () => {},
    }),
  };
}

function slice({ steps, timesMs, values }: PointColumns, from: number, to: number): PointColumns {
  const columns = new PointColumns();
  columns.addAll(steps.subarray(from, to), timesMs.subarray(from, to), values.subarray(from, to));
  return columns;
}

function ascending(length: number, valueAt: (step: number) => number): PointColumns {
  const columns = new PointColumns();
  for (let at = 0; at < length; at += 1) columns.add(at, 1e12 + at, valueAt(at));
  return columns;
}

function buckets(pieces: HistoryPiece[], count: number, firstStep = 0): BucketColumns {
  return bucketPieces(pieces, { count, firstStep });
}

describe('buckets of a history with summaries', () => {
  it('are the buckets of its points, also for steps that go back and for pieces', () => {
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 60 }),
        fc.option(fc.tuple(step, step), { nil: undefined }),
        (columns, count, chunkPoints, cut, steps) => {
          const range =
            steps === undefined
              ? {}
              : { firstStep: Math.min(...steps), lastStep: Math.max(...steps) };
          const split = Math.min(cut, columns.length);
          const pieces = [
            summarised(slice(columns, 0, split), chunkPoints),
            slice(columns, split, columns.length),
          ];
          expect(bucketPieces(pieces, { count, ...range })).toEqual(
            bucketPieces([columns], { count, ...range }),
          );
        },
      ),
    );
  });

  it('read at most one chunk for each border of a bucket', () => {
    const columns = ascending(100_000, (at) => Math.sin(at));
    let read = 0;
    const piece = summarised(columns, 100, (count) => {
      read += count;
    });
    expect(buckets([piece], 30)).toEqual(buckets([columns], 30));
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThanOrEqual(30);
  });

  it('show a spike of one point at every zoom', () => {
    const spike = 61_803;
    const columns = ascending(100_000, (at) => (at === spike ? 9 : 1));
    const piece = summarised(columns, 128);
    for (let count = 1; count <= 4096; count *= 2) {
      for (let firstStep = 0; firstStep <= spike; firstStep += 20_000) {
        const { max } = buckets([piece], count, firstStep);
        const place = max.values.indexOf(9);
        expect(max.steps[place]).toBe(spike);
      }
    }
  });

  it('count NaN and the infinities, and take NaN as an extreme only if there is nothing else', () => {
    const values = [Number.NaN, Number.NaN, Number.NaN, 2, Number.POSITIVE_INFINITY, Number.NaN];
    const columns = ascending(values.length, (at) => values[at] as number);
    const found = buckets([summarised(columns, 3)], 2);
    expect([...found.nanCounts]).toEqual([3, 1]);
    expect([...found.infinityCounts]).toEqual([0, 1]);
    expect([...found.min.values]).toEqual([Number.NaN, 2]);
    expect([...found.max.values]).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  });
});
