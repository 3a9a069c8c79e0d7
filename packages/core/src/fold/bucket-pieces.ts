import type { BucketColumns } from '../model/bucket-columns.ts';
import type { BucketOptions, MetricBucket } from '../model/metric-bucket.ts';
import { BucketBuilder } from './bucket-builder.ts';
import { cornersOf, type OpenChunks, type SummarisedPoints } from './chunk-summaries.ts';
import { type PointColumns, pointAt } from './point-columns.ts';
import type { PointArrays, Segment } from './points-segment.ts';

/** Some points of one metric: settled columns, or chunks with summaries. */
export type HistoryPiece = PointColumns | SummarisedPoints;

/** The most chunks to read at once. */
const CHUNKS_A_READ = 256;

/**
 * Puts pieces that follow each other in a history into at most `count` buckets with equally many steps. Leaves out buckets
 * without points. A chunk is read only if it has points of two buckets, or points inside and outside of the steps.
 */
export function bucketPieces(
  pieces: readonly HistoryPiece[],
  {
    count,
    firstStep = Number.NEGATIVE_INFINITY,
    lastStep = Number.POSITIVE_INFINITY,
  }: BucketOptions,
): BucketColumns {
  const range = new StepRange(firstStep, lastStep);
  for (const piece of pieces) {
    if (!('summaries' in piece)) range.addAll(piece.steps, piece.length);
    else {
      readChunks(piece, (first, last) => !range.takeBetween(first, last), {
        take: ({ steps }, length) => range.addAll(steps, length),
        leave: () => {},
      });
    }
  }
  const { lowest, highest } = range;
  const builder = new BucketBuilder({ lowest, highest, count });
  if (lowest > highest) return builder.finish();
  for (const piece of pieces) {
    if (!('summaries' in piece)) builder.add(piece, piece.length);
    else bucketChunks(builder, piece, { lowest, highest });
  }
  return builder.finish();
}

/** Returns buckets as objects. */
export function metricBucketsOfColumns(key: string, columns: BucketColumns): MetricBucket[] {
  const { counts, nanCounts, infinityCounts, first, last, min, max } = columns;
  const buckets = new Array<MetricBucket>(counts.length);
  for (let place = 0; place < buckets.length; place += 1) {
    buckets[place] = {
      count: counts[place] as number,
      nanCount: nanCounts[place] as number,
      infinityCount: infinityCounts[place] as number,
      first: pointAt(key, first, place),
      last: pointAt(key, last, place),
      min: pointAt(key, min, place),
      max: pointAt(key, max, place),
    };
  }
  return buckets;
}

function bucketChunks(
  builder: BucketBuilder,
  piece: SummarisedPoints,
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
): void {
  const { corners, nanCounts, infinityCounts } = piece.summaries;
  const isOutside = (first: number, last: number): boolean => last < lowest || first > highest;
  const isSplit = (first: number, last: number): boolean => {
    if (isOutside(first, last)) return false;
    return first < lowest || last > highest || builder.bucketOf(first) !== builder.bucketOf(last);
  };
  readChunks(piece, isSplit, {
    take: (points, length) => builder.add(points, length),
    leave: (chunk, first, last) => {
      if (isOutside(first, last)) return;
      const corner = cornersOf(chunk);
      const segment: Segment = {
        count: Math.min(piece.chunkPoints, piece.length - chunk * piece.chunkPoints),
        nanCount: nanCounts[chunk] as number,
        infinityCount: infinityCounts[chunk] as number,
        first: corner,
        last: corner + 1,
        min: corner + 2,
        max: corner + 3,
      };
      builder.join(builder.bucketOf(first), corners, segment);
    },
  });
}

/** Goes through the chunks in order, and reads those that are needed by their first and last step. */
function readChunks(
  piece: SummarisedPoints,
  isNeeded: (firstStep: number, lastStep: number) => boolean,
  act: {
    readonly take: (points: PointArrays, length: number) => void;
    readonly leave: (chunk: number, firstStep: number, lastStep: number) => void;
  },
): void {
  const { steps } = piece.summaries.corners;
  const chunkCount = piece.summaries.nanCounts.length;
  let opened: OpenChunks | undefined;
  let needed = 0;
  const readUpTo = (end: number): void => {
    if (needed === 0) return;
    opened ??= piece.open();
    const points = opened.read(end - needed, end);
    act.take(points, points.length);
    needed = 0;
  };
  try {
    for (let chunk = 0; chunk < chunkCount; chunk += 1) {
      const first = steps[cornersOf(chunk)] as number;
      const last = steps[cornersOf(chunk) + 1] as number;
      if (isNeeded(first, last)) {
        needed += 1;
        if (needed === CHUNKS_A_READ) readUpTo(chunk + 1);
        continue;
      }
      readUpTo(chunk);
      act.leave(chunk, first, last);
    }
    readUpTo(chunkCount);
  } finally {
    opened?.close();
  }
}

/** The lowest and the highest step of points between two steps. */
class StepRange {
  lowest = Number.POSITIVE_INFINITY;
  highest = Number.NEGATIVE_INFINITY;
  readonly #from: number;
  readonly #to: number;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  addAll(steps: Float64Array, length: number): void {
    const [from, to] = [this.#from, this.#to];
    let { lowest, highest } = this;
    for (let place = 0; place < length; place += 1) {
      const step = steps[place] as number;
      if (step < from || step > to) continue;
      if (step < lowest) lowest = step;
      if (step > highest) highest = step;
    }
    this.lowest = lowest;
    this.highest = highest;
  }

  /** Adds points of which only the first and last step are known. Returns false if that does not suffice. */
  takeBetween(first: number, last: number): boolean {
    if (last < this.#from || first > this.#to) return true;
    if (first < this.#from || last > this.#to) return false;
    this.lowest = Math.min(this.lowest, first);
    this.highest = Math.max(this.highest, last);
    return true;
  }
}
