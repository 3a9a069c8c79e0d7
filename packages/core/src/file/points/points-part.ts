import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { PointColumns } from '../../fold/point-columns.ts';
import type { RunId } from '../../model/ids.ts';
import type { PointSubject } from '../../model/metric-columns.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import type { PartBuffer } from '../index/part-format.ts';
import { filePart, type PartSource } from '../index/part-source.ts';
import { RunIds } from '../index/run-ids.ts';
import { LAYOUT } from '../layout.ts';
import {
  CHUNK_POINTS,
  type CoveredLines,
  decodePointsHeader,
  decodePointsPrefix,
  POINT_BYTES,
  POINTS_PREFIX_BYTES,
  type PointsHeader,
} from './points-format.ts';

/** The number of chunks to read at once: 1.5 MB. */
const CHUNKS_A_READ = 64;

/** The place of the points of one metric of one run in a part. */
export interface PointSeries {
  readonly count: number;
  /** The place of the checks of its chunks. The chunks follow them. */
  readonly place: number;
  readonly check: number;
  readonly hasSubjects: boolean;
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
  readonly #source: PartSource;
  readonly #dataStart: number;
  readonly #ids: RunIds;
  readonly #firstSeries: Uint32Array;
  readonly #firstLogs: Uint32Array;
  readonly #runLogs: Uint32Array;
  #series: SeriesColumns | undefined;
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

  /** Adds all points of a series. @throws IndexDamaged */
  addTo(columns: PointColumns, series: PointSeries): void {
    const { count } = series;
    const checks = this.#integers([series.place, chunkCountOf(series) * 4, series.check]);
    columns.expect(count);
    const first = columns.length;
    const chunkCount = chunkCountOf(series);
    for (let chunk = 0; chunk < chunkCount; chunk += CHUNKS_A_READ) {
      const to = Math.min(chunkCount, chunk + CHUNKS_A_READ);
      for (const numbers of this.#chunks(series, checks, chunk, to)) {
        const size = numbers.length / 3;
        columns.addAll(
          numbers.subarray(0, size),
          numbers.subarray(size, 2 * size),
          numbers.subarray(2 * size),
        );
      }
    }
    if (series.hasSubjects) this.#addSubjects(columns, series, first);
  }

  /** Reads chunks of a series. A chunk has the steps, then the times, then the values. @throws IndexDamaged */
  #chunks(series: PointSeries, checks: Uint32Array, from: number, to: number): Float64Array[] {
    const { count, place } = series;
    const begin = place + checks.byteLength + from * CHUNK_POINTS * POINT_BYTES;
    const last = Math.min(count, to * CHUNK_POINTS);
    const bytes = this.#read(begin, (last - from * CHUNK_POINTS) * POINT_BYTES);
    const found: Float64Array[] = [];
    for (let chunk = from; chunk < to; chunk += 1) {
      const start = (chunk - from) * CHUNK_POINTS * POINT_BYTES;
      const one = bytes.subarray(start, start + CHUNK_POINTS * POINT_BYTES);
      if (crc32(one) !== checks[chunk]) throw this.#damaged();
      found.push(numbersOf(one));
    }
    return found;
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

  #addSubjects(columns: PointColumns, series: PointSeries, first: number): void {
    const { count, place } = series;
    const begin = place + chunkCountOf(series) * 4 + count * POINT_BYTES;
    const bytes = this.#read(begin, (count + 1) * 4);
    const codes = new Uint32Array(bytes.buffer, bytes.byteOffset, count);
    if (crc32(bytes.subarray(0, count * 4)) !== bytes.readUInt32LE(count * 4)) {
      throw this.#damaged();
    }
    columns.subjects ??= [];
    for (let index = 0; index < count; index += 1) {
      const code = codes[index] as number;
      if (code === 0) continue;
      columns.subjects[first + index] = this.header.subjects[code - 1] as PointSubject;
    }
  }

  #integers(place: PartBuffer): Uint32Array {
    const bytes = this.buffer(place);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }

  #read(offset: number, length: number): Buffer {
    return this.#source.read(this.#dataStart + offset, length);
  }

  #damaged(): IndexDamaged {
    return new IndexDamaged(this.#source.name, 'has damaged points');
  }
}

function chunkCountOf({ count }: PointSeries): number {
  return Math.ceil(count / CHUNK_POINTS);
}

function numbersOf(bytes: Buffer): Float64Array {
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
}
