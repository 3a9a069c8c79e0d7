import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { OpenChunks, SummarisedPoints } from '../../fold/chunk-summaries.ts';
import { PointColumns } from '../../fold/point-columns.ts';
import type { RunId } from '../../model/ids.ts';
import type { PointSubject } from '../../model/metric-columns.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import type { PartBuffer } from '../index/part-format.ts';
import { type FilePart, filePart, OpenPart } from '../index/part-source.ts';
import { RunIds } from '../index/run-ids.ts';
import { LAYOUT } from '../layout.ts';
import {
  CHUNK_BYTES,
  CHUNK_POINTS,
  type CoveredLines,
  decodePointsHeader,
  decodePointsPrefix,
  POINT_BYTES,
  POINTS_PREFIX_BYTES,
  type PointsHeader,
  SUMMARY_BYTES,
  TIMES_BYTES,
} from './points-format.ts';

/** Up to this length, bytes are read together with those that follow. */
const SMALL_BYTES = 4096;
const BLOCK_BYTES = 64 * 1024;

/** The place of the points of one metric of one run in a part. */
export interface PointSeries {
  readonly count: number;
  /** The place of its checks. Its columns follow them. */
  readonly place: number;
  readonly check: number;
  readonly hasSubjects: boolean;
}

/** The points of a series with summaries, and the time of the first and the last of them. */
export interface TimedSummaries extends SummarisedPoints {
  readonly firstTimeMs: number;
  readonly lastTimeMs: number;
}

/** The columns with one value for each series, by place. */
interface SeriesColumns {
  readonly keys: Uint32Array;
  readonly counts: Uint32Array;
  readonly places: Float64Array;
  readonly checks: Uint32Array;
  readonly subjects: Uint8Array;
}

/** Reads and checks the points of one part. */
export class PointsPart {
  readonly header: PointsHeader;
  readonly #source: FilePart;
  readonly #dataStart: number;
  readonly #ids: RunIds;
  readonly #firstSeries: Uint32Array;
  readonly #firstLogs: Uint32Array;
  readonly #runLogs: Uint32Array;
  #series: SeriesColumns | undefined;
  /** The bytes around the last small read, because small series are mostly read one after the other. */
  #block: Buffer = Buffer.alloc(0);
  #blockStart = 0;
  #linesByLog: Map<string, CoveredLines[]> | undefined;

  /** @throws IndexDamaged */
  constructor(folder: string, file: string) {
    this.#source = filePart(join(folder, LAYOUT.index, file));
    const [length, check] = decodePointsPrefix(this.#source.read(0, POINTS_PREFIX_BYTES), file);
    this.header = decodePointsHeader(this.#source.read(POINTS_PREFIX_BYTES, length), check, file);
    this.#dataStart = POINTS_PREFIX_BYTES + length;
    this.#ids = new RunIds(this);
    this.#firstSeries = this.#integers(this.header.firstSeries);
    this.#firstLogs = this.#integers(this.header.firstLogs);
    this.#runLogs = this.#integers(this.header.runLogs);
  }

  /** Returns the row of a run; -1 if no covered line has points of it. */
  find(runId: RunId): number {
    return this.#ids.find(runId);
  }

  /** Returns the logs with points of a run, as places in `logs` of the header. */
  logsOf(row: number): Uint32Array {
    return this.#runLogs.subarray(this.#firstLogs[row], this.#firstLogs[row + 1]);
  }

  /** The number of runs with points. */
  get runCount(): number {
    return this.#firstSeries.length - 1;
  }

  /** @throws IndexDamaged */
  get pointCount(): number {
    this.#series ??= this.#readSeries();
    return this.#series.counts.reduce((sum, count) => sum + count, 0);
  }

  runId(row: number): RunId {
    return this.#ids.at(row);
  }

  /** Returns the metrics of a run. */
  keysOf(row: number): string[] {
    this.#series ??= this.#readSeries();
    const codes = this.#series.keys.subarray(this.#firstSeries[row], this.#firstSeries[row + 1]);
    return Array.from(codes, (code) => this.header.keys[code] as string);
  }

  /** Returns the ranges of a log that the part covers. */
  linesOf(log: string): readonly CoveredLines[] {
    if (this.#linesByLog === undefined) {
      this.#linesByLog = new Map();
      for (const lines of this.header.logs) {
        this.#linesByLog.set(lines.name, [...(this.#linesByLog.get(lines.name) ?? []), lines]);
      }
    }
    return this.#linesByLog.get(log) ?? [];
  }

  /** Returns one metric of a run; `undefined` if it has no points here. @throws IndexDamaged */
  series(row: number, key: string): PointSeries | undefined {
    const code = this.header.keys.indexOf(key);
    this.#series ??= this.#readSeries();
    const { keys, counts, places, checks, subjects } = this.#series;
    const end = this.#firstSeries[row + 1] as number;
    for (let series = this.#firstSeries[row] as number; series < end; series += 1) {
      if (keys[series] !== code) continue;
      return {
        count: counts[series] as number,
        place: places[series] as number,
        check: checks[series] as number,
        hasSubjects: subjects[series] === 1,
      };
    }
    return undefined;
  }

  #readSeries(): SeriesColumns {
    const { header } = this;
    return {
      keys: this.#integers(header.seriesKeys),
      counts: this.#integers(header.seriesCounts),
      places: numbersOf(this.buffer(header.seriesPlaces)),
      checks: this.#integers(header.seriesChecks),
      subjects: this.buffer(header.seriesSubjects),
    };
  }

  /** Returns all points of a series. @throws IndexDamaged */
  points(series: PointSeries): PointColumns {
    const { count, place, hasSubjects } = series;
    const [check] = this.#checksOf(series);
    const bytes = this.#read(place + checksBytes(series), count * POINT_BYTES);
    if (crc32(bytes) !== check) throw this.#damaged();
    const numbers = numbersOf(bytes);
    const columns = PointColumns.from(
      numbers.subarray(0, count),
      numbers.subarray(count, 2 * count),
      numbers.subarray(2 * count),
    );
    if (hasSubjects) columns.subjects = this.#subjectsOf(series);
    return columns;
  }

  /**
   * Returns a series by the summaries of its chunks; `undefined` if it has none, because it is short or has subjects. Its
   * chunks are read when they are needed, and a damaged one is found then. @throws IndexDamaged
   */
  summarised(series: PointSeries): TimedSummaries | undefined {
    const { count, hasSubjects } = series;
    const chunkCount = chunkCountOf(series);
    if (hasSubjects || chunkCount < 2) return undefined;
    const length = TIMES_BYTES + chunkCount * SUMMARY_BYTES;
    const place = series.place + checksBytes(series) + count * POINT_BYTES;
    const bytes = this.#read(place, length + 4);
    if (crc32(bytes.subarray(0, length)) !== bytes.readUInt32LE(length)) throw this.#damaged();
    const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, length / 8);
    let at = TIMES_BYTES / 8;
    const next = (size: number): Float64Array => {
      at += size;
      return numbers.subarray(at - size, at);
    };
    const corners = {
      steps: next(4 * chunkCount),
      timesMs: next(4 * chunkCount),
      values: next(4 * chunkCount),
    };
    const checks = this.#checksOf(series);
    return {
      firstTimeMs: numbers[0] as number,
      lastTimeMs: numbers[1] as number,
      length: count,
      chunkPoints: CHUNK_POINTS,
      summaries: { corners, nanCounts: next(chunkCount), infinityCounts: next(chunkCount) },
      open: () => this.#openChunks(series, checks),
    };
  }

  #checksOf(series: PointSeries): Uint32Array {
    return this.#integers([series.place, checksBytes(series), series.check]);
  }

  /** @throws IndexDamaged */
  #openChunks({ count, place }: PointSeries, checks: Uint32Array): OpenChunks {
    const part = new OpenPart(this.#source.name);
    const begin = this.#dataStart + place + checks.byteLength;
    let buffer = Buffer.allocUnsafeSlow(0);
    return {
      read: (from, to) => {
        const length = Math.min(count * 8, to * CHUNK_BYTES) - from * CHUNK_BYTES;
        if (buffer.length < 3 * length) buffer = Buffer.allocUnsafeSlow(3 * length);
        const [steps, timesMs, values] = [0, 1, 2].map((column) => {
          const bytes = buffer.subarray(column * length, (column + 1) * length);
          part.fill(bytes, begin + column * count * 8 + from * CHUNK_BYTES);
          return bytes;
        }) as [Buffer, Buffer, Buffer];
        for (let chunk = from; chunk < to; chunk += 1) {
          const [start, end] = [(chunk - from) * CHUNK_BYTES, (chunk - from + 1) * CHUNK_BYTES];
          const check = crc32(timesMs.subarray(start, end), crc32(steps.subarray(start, end)));
          if (crc32(values.subarray(start, end), check) !== checks[1 + chunk]) {
            throw this.#damaged();
          }
        }
        return {
          length: length / 8,
          steps: numbersOf(steps),
          timesMs: numbersOf(timesMs),
          values: numbersOf(values),
        };
      },
      close: () => part.close(),
    };
  }

  /** @throws IndexDamaged */
  buffer([offset, length, check]: PartBuffer): Buffer {
    const bytes = this.#read(offset, length);
    if (crc32(bytes) !== check) throw this.#damaged();
    return bytes;
  }

  /** JSON. @throws IndexDamaged */
  json(place: PartBuffer): unknown {
    return JSON.parse(this.buffer(place).toString());
  }

  #subjectsOf(series: PointSeries): (PointSubject | undefined)[] {
    const { count, place } = series;
    const begin = place + checksBytes(series) + count * POINT_BYTES;
    const bytes = this.#read(begin, (count + 1) * 4);
    const codes = new Uint32Array(bytes.buffer, bytes.byteOffset, count);
    if (crc32(bytes.subarray(0, count * 4)) !== bytes.readUInt32LE(count * 4)) {
      throw this.#damaged();
    }
    return Array.from(codes, (code) =>
      code === 0 ? undefined : (this.header.subjects[code - 1] as PointSubject),
    );
  }

  #integers(place: PartBuffer): Uint32Array {
    const bytes = this.buffer(place);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  #read(offset: number, length: number): Buffer {
    if (length > SMALL_BYTES) return this.#source.read(this.#dataStart + offset, length);
    const end = offset + length;
    if (offset < this.#blockStart || end > this.#blockStart + this.#block.length) {
      this.#blockStart = offset;
      this.#block = this.#source.readUpTo(this.#dataStart + offset, BLOCK_BYTES);
      if (this.#block.length < length) throw new IndexDamaged(this.#source.name, 'is too short');
    }
    // A separate buffer aligns the numbers of eight bytes.
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#block.copy(bytes, 0, offset - this.#blockStart, end - this.#blockStart);
    return bytes;
  }

  #damaged(): IndexDamaged {
    return new IndexDamaged(this.#source.name, 'has damaged points');
  }
}

function chunkCountOf({ count }: PointSeries): number {
  return Math.ceil(count / CHUNK_POINTS);
}

/** Returns the length of the checks of a series: one of all points, and one of each chunk if there are several. */
function checksBytes(series: PointSeries): number {
  const chunkCount = chunkCountOf(series);
  return chunkCount > 1 ? 4 * (1 + chunkCount) : 4;
}

function numbersOf(bytes: Buffer): Float64Array {
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
}
