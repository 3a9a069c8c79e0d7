import { bucketPieces, type HistoryPiece } from '../../fold/bucket-pieces.ts';
import { PointColumns } from '../../fold/point-columns.ts';
import type { RunPoints } from '../../fold/run-points.ts';
import type { BucketColumns } from '../../model/bucket-columns.ts';
import type { BucketOptions } from '../../model/metric-bucket.ts';
import { CHUNK_POINTS } from './points-format.ts';
import type { StoredPoints, StoredSeries, UsedPart } from './stored-points.ts';

/** The points of one run: from parts, which are read for each requested metric, and from the lines that no part covers. */
export class RunHistory {
  readonly #parts: StoredPoints;
  readonly #used: readonly UsedPart[];
  readonly #tail: RunPoints;
  readonly #settled = new Map<string, PointColumns>();

  constructor(parts: StoredPoints, used: readonly UsedPart[], tail: RunPoints) {
    this.#parts = parts;
    this.#used = used;
    this.#tail = tail;
  }

  /** Returns the settled points of a metric. @throws IndexDamaged for a damaged part, which is not used again */
  get(key: string): PointColumns {
    let columns = this.#settled.get(key);
    if (columns === undefined) {
      columns = this.#read(key, this.#parts.seriesOf(this.#used, key));
      this.#settled.set(key, columns);
    }
    return columns;
  }

  /** Returns the points of a metric in buckets. @throws IndexDamaged as `get` */
  buckets(key: string, options: BucketOptions): BucketColumns {
    return bucketPieces(this.#pieces(key, options), options);
  }

  /**
   * Returns the points of a metric in pieces that follow each other in time, so that no point is in two of them. They are
   * read only where the summaries of chunks do not suffice for these buckets.
   */
  #pieces(key: string, { count, firstStep, lastStep }: BucketOptions): HistoryPiece[] {
    const settled = this.#settled.get(key);
    if (settled !== undefined) return [settled];
    const stored = this.#parts.seriesOf(this.#used, key);
    const total = stored.reduce((sum, series) => sum + series.count, 0);
    const isPart = firstStep !== undefined || lastStep !== undefined;
    // With fewer points in a bucket than in a chunk, most chunks have points of two buckets.
    if (!isPart && total <= count * CHUNK_POINTS) return [this.#read(key, stored)];
    return this.#following(key, stored) ?? [this.#read(key, stored)];
  }

  #read(key: string, stored: readonly StoredSeries[]): PointColumns {
    const tail = this.#tail.get(key);
    const [only] = stored;
    // The points of one series are settled.
    if (only !== undefined && stored.length === 1 && tail === undefined) return only.points();
    const columns = new PointColumns();
    columns.expect(stored.reduce((sum, { count }) => sum + count, tail?.length ?? 0));
    for (const series of stored) columns.addColumns(series.points());
    if (tail !== undefined) columns.addColumns(tail);
    columns.settle();
    return columns;
  }

  /** Returns the pieces in the order of their times; `undefined` if the times of two of them overlap. */
  #following(key: string, stored: readonly StoredSeries[]): HistoryPiece[] | undefined {
    const pieces = stored.map((series) => {
      const piece = series.summarised();
      if (piece !== undefined) return { piece, from: piece.firstTimeMs, to: piece.lastTimeMs };
      return timed(series.points());
    });
    const tail = this.#tail.get(key);
    if (tail !== undefined) {
      tail.settle();
      pieces.push(timed(tail));
    }
    pieces.sort((a, b) => a.from - b.from);
    const isFollowing = pieces.every(({ from }, place) => {
      const before = pieces[place - 1];
      return before === undefined || before.to < from;
    });
    return isFollowing ? pieces.map(({ piece }) => piece) : undefined;
  }
}

interface Timed {
  readonly piece: HistoryPiece;
  readonly from: number;
  readonly to: number;
}

function timed(piece: PointColumns): Timed {
  const { timesMs, length } = piece;
  return { piece, from: timesMs[0] as number, to: timesMs[length - 1] as number };
}
