import { crc32 } from 'node:zlib';
import { summariseChunks } from '../../fold/chunk-summaries.ts';
import type { PointColumns } from '../../fold/point-columns.ts';
import type { RunPoints } from '../../fold/run-points.ts';
import type { RunId } from '../../model/ids.ts';
import type { PointSubject } from '../../model/metric-columns.ts';
import type { PartBuffer } from '../index/part-format.ts';
import { comparePartIds, isHexId } from '../index/run-ids.ts';
import {
  CHUNK_BYTES,
  CHUNK_POINTS,
  type CoveredLines,
  encodePointsHeader,
} from './points-format.ts';

/** The points of one run for a new part, and the logs that they are from, as places in `logs`. */
export interface BuiltRun {
  readonly points: RunPoints;
  readonly logs: Set<number>;
}

/** The content of a new part. */
export interface PointsDraft {
  readonly store: string;
  readonly logs: readonly CoveredLines[];
  readonly runs: ReadonlyMap<RunId, BuiltRun>;
  /** Whether a metric was purged. Its points are left out. */
  readonly isPurged: (runId: RunId, key: string) => boolean;
}

/** Buffers, one after the other, and the place of each. */
class Pieces {
  readonly buffers: Buffer[] = [];
  length = 0;

  add(bytes: Buffer): PartBuffer {
    const place = [this.length, bytes.length, crc32(bytes)] as const;
    this.append(bytes);
    return place;
  }

  append(bytes: Buffer): void {
    this.buffers.push(bytes);
    this.length += bytes.length;
  }
}

/** Returns the buffers of a part. Other work can run at each `yield`. */
export function* encodePoints(draft: PointsDraft): Generator<void, Buffer[]> {
  const pieces = new Pieces();
  const keys = new Map<string, number>();
  const subjects = new Map<string, number>();
  const [firstSeries, firstLogs, runLogs]: [number[], number[], number[]] = [[0], [0], []];
  const series = new SeriesColumns();
  const runIds = [...draft.runs.keys()].sort(comparePartIds);
  for (const runId of runIds) {
    const { points, logs } = draft.runs.get(runId) as BuiltRun;
    for (const [key, columns] of [...points].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (draft.isPurged(runId, key)) continue;
      yield* columns.settleInTurns();
      series.keys.push(codeOf(keys, key));
      series.counts.push(columns.length);
      series.subjects.push(columns.subjects === undefined ? 0 : 1);
      yield* appendSeries(pieces, series, columns, subjects);
      yield;
    }
    runLogs.push(...logs);
    firstSeries.push(series.keys.length);
    firstLogs.push(runLogs.length);
  }
  const hexIds = runIds.filter(isHexId);
  const header = encodePointsHeader({
    store: draft.store,
    logs: draft.logs,
    hexCount: hexIds.length,
    hexIds: pieces.add(Buffer.from(hexIds.join(''), 'hex')),
    otherIds: pieces.add(Buffer.from(JSON.stringify(runIds.slice(hexIds.length)))),
    keys: [...keys.keys()],
    subjects: [...subjects.keys()].map((text) => JSON.parse(text) as PointSubject),
    firstSeries: pieces.add(integers(firstSeries)),
    firstLogs: pieces.add(integers(firstLogs)),
    runLogs: pieces.add(integers(runLogs)),
    seriesKeys: pieces.add(integers(series.keys)),
    seriesCounts: pieces.add(integers(series.counts)),
    seriesPlaces: pieces.add(bytesOf(Float64Array.from(series.places))),
    seriesChecks: pieces.add(integers(series.checks)),
    seriesSubjects: pieces.add(Buffer.from(series.subjects)),
  });
  return [header, ...pieces.buffers];
}

/** The columns with one value for each series. */
class SeriesColumns {
  readonly keys: number[] = [];
  readonly counts: number[] = [];
  readonly places: number[] = [];
  readonly checks: number[] = [];
  readonly subjects: number[] = [];
}

/**
 * Appends a series: the check of its columns and, if there are several chunks, of each chunk; the columns; and, each with a
 * check, the codes of its subjects, if any, or the summaries of its chunks, if there are several.
 */
function* appendSeries(
  pieces: Pieces,
  series: SeriesColumns,
  columns: PointColumns,
  subjects: Map<string, number>,
): Generator<void> {
  const { length } = columns;
  const chunkCount = Math.ceil(length / CHUNK_POINTS);
  const [steps, timesMs, values] = [columns.steps, columns.timesMs, columns.values].map((column) =>
    bytesOf(column.subarray(0, length)),
  ) as [Buffer, Buffer, Buffer];
  const checks = [crc32(values, crc32(timesMs, crc32(steps)))];
  for (let chunk = 0; chunkCount > 1 && chunk < chunkCount; chunk += 1) {
    const [from, to] = [chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES];
    const check = crc32(timesMs.subarray(from, to), crc32(steps.subarray(from, to)));
    checks.push(crc32(values.subarray(from, to), check));
    if (chunk % CHUNKS_A_TURN === CHUNKS_A_TURN - 1) yield;
  }
  series.places.push(pieces.length);
  const bytes = integers(checks);
  series.checks.push(crc32(bytes));
  for (const each of [bytes, steps, timesMs, values]) pieces.append(each);
  if (columns.subjects === undefined) {
    if (chunkCount > 1) appendSummaries(pieces, columns);
    return;
  }
  const codes = Array.from({ length }, (_, place) => {
    const subject = columns.subjects?.[place];
    return subject === undefined ? 0 : codeOf(subjects, JSON.stringify(subject)) + 1;
  });
  const coded = integers(codes);
  pieces.append(coded);
  pieces.append(integers([crc32(coded)]));
}

const CHUNKS_A_TURN = 512;

function appendSummaries(pieces: Pieces, columns: PointColumns): void {
  const { timesMs, length } = columns;
  const { corners, nanCounts, infinityCounts } = summariseChunks(columns, CHUNK_POINTS);
  const { steps, values } = corners;
  const times = Float64Array.of(timesMs[0] as number, timesMs[length - 1] as number);
  let check = 0;
  for (const column of [times, steps, corners.timesMs, values, nanCounts, infinityCounts]) {
    const bytes = bytesOf(column);
    check = crc32(bytes, check);
    pieces.append(bytes);
  }
  pieces.append(integers([check]));
}

function codeOf(codes: Map<string, number>, text: string): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  codes.set(text, codes.size);
  return codes.size - 1;
}

function integers(numbers: readonly number[]): Buffer {
  return bytesOf(Uint32Array.from(numbers));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
