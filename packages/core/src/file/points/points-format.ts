import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import type { PointSubject } from '../../model/metric-columns.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import type { PartBuffer } from '../index/part-format.ts';
import type { LogCoverage } from '../log/log-coverage.ts';

/** The version of these parts. Others are ignored. */
const POINTS_FORMAT = 2;
const MAGIC = Buffer.from('TDMKPNTS');
/** The magic, the length of the header and its CRC-32, both little-endian. */
export const POINTS_PREFIX_BYTES = 16;
/** The names of parts of points: `points-<16 hex digits>.bin`. */
export const POINTS_FILE: RegExp = /^points-[0-9a-f]{16}\.bin$/;

/** The number of points that have one check and one summary. */
export const CHUNK_POINTS = 128;
/** The bytes of a chunk in each column. */
export const CHUNK_BYTES: number = 8 * CHUNK_POINTS;
/** The bytes of a point: three numbers of eight bytes, its step, time and value. */
export const POINT_BYTES = 24;
/** The bytes of the summary of a chunk: the step, time and value of four points, and two counts. */
export const SUMMARY_BYTES = 112;
/** The bytes in front of the summaries of a series: the first and the last time of its points. */
export const TIMES_BYTES = 16;

/** The lines of a log whose points are in a part: from `from` to the end of the coverage. */
export interface CoveredLines extends LogCoverage {
  readonly from: number;
}

/** The header of a part of points. */
export interface PointsHeader {
  readonly format: number;
  readonly byteOrder: string;
  readonly store: string;
  readonly logs: readonly CoveredLines[];
  /** The number of runs with ids of 32 hexadecimal digits. They come first; both groups are sorted. */
  readonly hexCount: number;
  readonly hexIds: PartBuffer;
  readonly otherIds: PartBuffer;
  readonly keys: readonly string[];
  readonly subjects: readonly PointSubject[];
  /** By run, with one more entry for the end: the first of its series, and the first of its places in `runLogs`. */
  readonly firstSeries: PartBuffer;
  readonly firstLogs: PartBuffer;
  /** The logs that the points of each run are from, as places in `logs`. */
  readonly runLogs: PartBuffer;
  /** By series: the place of its key, the number of points, and their offset, which counts like those of buffers. */
  readonly seriesKeys: PartBuffer;
  readonly seriesCounts: PartBuffer;
  readonly seriesPlaces: PartBuffer;
  /** By series: the CRC-32 of its checks. */
  readonly seriesChecks: PartBuffer;
  /** By series: 1 if its points have codes of subjects. */
  readonly seriesSubjects: PartBuffer;
}

/** Encodes the beginning of a part: the prefix and the header. */
export function encodePointsHeader(header: Omit<PointsHeader, 'format' | 'byteOrder'>): Buffer {
  const json = Buffer.from(
    JSON.stringify({ format: POINTS_FORMAT, byteOrder: endianness(), ...header }),
  );
  const prefix = Buffer.alloc(POINTS_PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(json.length, 8);
  prefix.writeUInt32LE(crc32(json), 12);
  return Buffer.concat([prefix, json]);
}

/** Returns the length and the check of the header. @throws IndexDamaged */
export function decodePointsPrefix(prefix: Buffer, file: string): [length: number, check: number] {
  if (!prefix.subarray(0, 8).equals(MAGIC)) throw new IndexDamaged(file, 'is not a part of points');
  return [prefix.readUInt32LE(8), prefix.readUInt32LE(12)];
}

/** @throws IndexDamaged */
export function decodePointsHeader(json: Buffer, check: number, file: string): PointsHeader {
  if (crc32(json) !== check) throw new IndexDamaged(file, 'has a damaged header');
  // A header with a valid check is as it was written. Only its version and byte order may differ.
  const header = JSON.parse(json.toString()) as PointsHeader;
  if (header.format !== POINTS_FORMAT) throw new IndexDamaged(file, 'is of another version');
  if (header.byteOrder !== endianness()) throw new IndexDamaged(file, 'is of another machine');
  return header;
}
