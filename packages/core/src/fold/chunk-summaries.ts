import { fillSegment, newSegment, type PointArrays } from './points-segment.ts';

/** The points that each chunk has here, in this order: its first, last, lowest and highest. */
const CORNERS = 4;

/** What buckets need of each chunk of a history, so that they need not read its points. */
export interface ChunkSummaries {
  /** Four points of each chunk: its first, last, lowest and highest. See `cornersOf`. */
  readonly corners: PointArrays;
  readonly nanCounts: Float64Array;
  readonly infinityCounts: Float64Array;
}

/** Points in the order of a history, without duplicates and without subjects, of which chunks can be left unread. */
export interface SummarisedPoints {
  readonly length: number;
  /** The number of points of each chunk but the last. */
  readonly chunkPoints: number;
  readonly summaries: ChunkSummaries;
  /** Opens the points. Close them. */
  open(): OpenChunks;
}

/** Points of which chunks can be read. */
export interface OpenChunks {
  /** Returns the points of some chunks that follow each other. They are valid until the next call. */
  read(fromChunk: number, toChunk: number): CountedPoints;
  close(): void;
}

/** Points in columns, and how many. */
export interface CountedPoints extends PointArrays {
  readonly length: number;
}

/** Returns the place of the first of the four points of a chunk. */
export function cornersOf(chunk: number): number {
  return chunk * CORNERS;
}

/** Summarises points in chunks of `chunkPoints`. */
export function summariseChunks(points: CountedPoints, chunkPoints: number): ChunkSummaries {
  const chunkCount = Math.ceil(points.length / chunkPoints);
  const corners = {
    steps: new Float64Array(CORNERS * chunkCount),
    timesMs: new Float64Array(CORNERS * chunkCount),
    values: new Float64Array(CORNERS * chunkCount),
  };
  const nanCounts = new Float64Array(chunkCount);
  const infinityCounts = new Float64Array(chunkCount);
  const segment = newSegment();
  for (let chunk = 0; chunk < chunkCount; chunk += 1) {
    const from = chunk * chunkPoints;
    fillSegment(segment, points, from, Math.min(points.length, from + chunkPoints));
    nanCounts[chunk] = segment.nanCount;
    infinityCounts[chunk] = segment.infinityCount;
    let corner = cornersOf(chunk);
    for (const place of [segment.first, segment.last, segment.min, segment.max]) {
      corners.steps[corner] = points.steps[place] as number;
      corners.timesMs[corner] = points.timesMs[place] as number;
      corners.values[corner] = points.values[place] as number;
      corner += 1;
    }
  }
  return { corners, nanCounts, infinityCounts };
}
