import { crc32 } from 'node:zlib';
import { summariseChunks } from '../../fold/chunk-summaries.ts';
import type { PointColumns } from '../../fold/point-columns.ts';
import type { RunId } from '../../model/ids.ts';
import type { PointSubject } from '../../model/metric-columns.ts';
import { GrowingNumbers } from '../index/growing-numbers.ts';
import type { PartBuffer } from '../index/part-format.ts';
import { isHexId } from '../index/run-ids.ts';
import { crcOfBytes } from '../log/crc-of-bytes.ts';
import type { Gathered } from './gathered.ts';
import { NamePlaces } from './name-places.ts';
import {
  CHUNK_BYTES,
  CHUNK_POINTS,
  encodePointsHeader,
  type PointsHeader,
} from './points-format.ts';

/** The content of a new part. */
export interface PointsDraft {
  readonly store: string;
  readonly gathered: Gathered;
  /** Returns which metrics of a run were purged. Their points are left out. */
  readonly purgedMetrics: (runId: RunId) => (key: string) => boolean;
}

/** The bytes of a piece that is copied into a buffer with others, because a part may have a million small pieces. */
const SMALL_BYTES = 4096;
const SHARED_BYTES = 256 * 1024;

/** Buffers, one after the other, and the place of each. */
class Pieces {
  length = 0;
  readonly #buffers: Buffer[] = [];
  #shared: Buffer = Buffer.alloc(0);
  #filled = 0;

  add(bytes: Buffer): PartBuffer {
    const place = [this.length, bytes.length, crc32(bytes)] as const;
    this.append(bytes);
    return place;
  }

  /** Appends bytes. A large buffer is used as it is, and must not change. */
  append(bytes: Buffer): void {
    this.length += bytes.length;
    if (bytes.length > SMALL_BYTES) {
      this.#endShared();
      this.#buffers.push(bytes);
      return;
    }
    this.#makeRoom(bytes.length);
    this.#shared.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Appends a few bytes, for which a call of native code would take longer. */
  appendShort(bytes: Buffer): void {
    const { length } = bytes;
    this.#makeRoom(length);
    const shared = this.#shared;
    const filled = this.#filled;
    for (let at = 0; at < length; at += 1) shared[filled + at] = bytes[at] as number;
    this.#filled = filled + length;
    this.length += length;
  }

  #makeRoom(length: number): void {
    if (this.#shared.length - this.#filled >= length) return;
    this.#endShared();
    this.#shared = Buffer.allocUnsafeSlow(SHARED_BYTES);
    this.#filled = 0;
  }

  /** Returns all buffers. */
  finish(): Buffer[] {
    this.#endShared();
    return this.#buffers;
  }

  #endShared(): void {
    if (this.#filled > 0) this.#buffers.push(this.#shared.subarray(0, this.#filled));
    this.#shared = this.#shared.subarray(this.#filled);
    this.#filled = 0;
  }
}

/** Returns the buffers of a part. Other work can run at each `yield`. */
export function* encodePoints(draft: PointsDraft): Generator<void, Buffer[]> {
  const pieces = new Pieces();
  const keys = new NamePlaces<string>();
  const subjects = new Map<string, number>();
  const [firstSeries, firstLogs, runLogs]: [number[], number[], number[]] = [[0], [0], []];
  const series = new SeriesColumns();
  const runIds: RunId[] = [];
  for (const run of draft.gathered.byRun({ isSorted: true })) {
    yield;
    if (run === undefined) continue;
    runIds.push(run.runId);
    const isPurged = draft.purgedMetrics(run.runId);
    const isSmall = run.eachOnly((key, step, timeMs, value) => {
      if (isPurged(key)) return;
      series.keys.push(keys.place(key));
      series.counts.push(1);
      series.subjects.push(0);
      appendPoint(pieces, series, step, timeMs, value);
    });
    for (const each of isSmall ? [] : run.series) {
      if (each === undefined) yield;
      if (each === undefined || isPurged(each[0])) continue;
      const [key, columns] = each;
      if (columns.length > 1) yield* columns.settleInTurns();
      series.keys.push(keys.place(key));
      series.counts.push(columns.length);
      series.subjects.push(columns.subjects === undefined ? 0 : 1);
      yield* appendSeries(pieces, series, columns, subjects);
    }
    runLogs.push(...run.logs);
    firstSeries.push(series.keys.length);
    firstLogs.push(runLogs.length);
  }
  const hexIds = runIds.filter(isHexId);
  yield;
  const columns = {
    firstSeries: pieces.add(integers(firstSeries)),
    firstLogs: pieces.add(integers(firstLogs)),
    runLogs: pieces.add(integers(runLogs)),
    ...(yield* series.place(pieces)),
  };
  const header = encodePointsHeader({
    store: draft.store,
    logs: draft.gathered.logs,
    hexCount: hexIds.length,
    hexIds: pieces.add(Buffer.from(hexIds.join(''), 'hex')),
    otherIds: pieces.add(Buffer.from(JSON.stringify(runIds.slice(hexIds.length)))),
    keys: keys.names,
    subjects: [...subjects.keys()].map((text) => JSON.parse(text) as PointSubject),
    ...columns,
  });
  return [header, ...pieces.finish()];
}

/** The columns with one value for each series. */
class SeriesColumns {
  readonly keys = new GrowingNumbers(Uint32Array);
  readonly counts = new GrowingNumbers(Uint32Array);
  readonly places = new GrowingNumbers(Float64Array);
  readonly checks = new GrowingNumbers(Uint32Array);
  readonly subjects = new GrowingNumbers(Uint8Array);

  /** Adds the columns to the pieces, and returns their places. Other work can run at each `yield`. */
  *place(
    pieces: Pieces,
  ): Generator<
    void,
    Pick<
      PointsHeader,
      'seriesKeys' | 'seriesCounts' | 'seriesPlaces' | 'seriesChecks' | 'seriesSubjects'
    >
  > {
    const seriesKeys = pieces.add(bytesOf(this.keys.whole()));
    yield;
    const seriesCounts = pieces.add(bytesOf(this.counts.whole()));
    yield;
    const seriesPlaces = pieces.add(bytesOf(this.places.whole()));
    yield;
    const seriesChecks = pieces.add(bytesOf(this.checks.whole()));
    const seriesSubjects = pieces.add(bytesOf(this.subjects.whole()));
    return { seriesKeys, seriesCounts, seriesPlaces, seriesChecks, seriesSubjects };
  }
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
  if (length === 1 && columns.subjects === undefined) {
    const { steps, timesMs, values } = columns;
    appendPoint(pieces, series, steps[0] as number, timesMs[0] as number, values[0] as number);
    return;
  }
  const chunkCount = Math.ceil(length / CHUNK_POINTS);
  const [steps, timesMs, values] = [columns.steps, columns.timesMs, columns.values].map((column) =>
    bytesOf(column.subarray(0, length)),
  ) as [Buffer, Buffer, Buffer];
  const checks = [yield* checkInTurns([steps, timesMs, values])];
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
const CHECKED_BYTES_A_TURN = 4 * 1024 * 1024;

/** Returns the CRC-32 of some buffers, one after the other. */
function* checkInTurns(buffers: readonly Buffer[]): Generator<void, number> {
  let check = 0;
  for (const bytes of buffers) {
    for (let from = 0; from < bytes.length; from += CHECKED_BYTES_A_TURN) {
      check = crc32(bytes.subarray(from, from + CHECKED_BYTES_A_TURN), check);
      if (from > 0) yield;
    }
  }
  return check;
}

const point = new Float64Array(3);
const pointBytes = bytesOf(point);
const pointCheck = new Uint32Array(1);
const pointCheckBytes = bytesOf(pointCheck);
/** A check, and the point. */
const checkedPoint = Buffer.alloc(pointCheckBytes.length + pointBytes.length);

/** Appends a series of one point, which most metrics of small runs are. */
function appendPoint(
  pieces: Pieces,
  series: SeriesColumns,
  step: number,
  timeMs: number,
  value: number,
): void {
  point[0] = step;
  point[1] = timeMs;
  point[2] = value;
  pointCheck[0] = crcOfBytes(pointBytes, 0, pointBytes.length);
  series.places.push(pieces.length);
  series.checks.push(crcOfBytes(pointCheckBytes, 0, pointCheckBytes.length));
  for (let at = 0; at < checkedPoint.length; at += 1) {
    checkedPoint[at] = (at < 4 ? pointCheckBytes[at] : pointBytes[at - 4]) as number;
  }
  pieces.appendShort(checkedPoint);
}

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

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
