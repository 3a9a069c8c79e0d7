import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import type { PointSubject } from '../../fold/point-columns.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import type { PartBuffer } from '../index/part-format.ts';
import type { LogCoverage } from '../log/log-coverage.ts';

/** The version of these parts. Others are ignored. */
const POINTS_FORMAT = 1;
const MAGIC = Buffer.from('TDMKPNTS');
/** The magic, the length of the header and its CRC-32, both little-endian. */
export const POINTS_PREFIX_BYTES = 16;
/** `index/points-<16 hex digits>.bin` */
export const POINTS_FILE: RegExp = /^points-[0-9a-f]{16}\.bin$/;

/** So many points are read, and checked, at once. */
export const CHUNK_POINTS = 1024;
/** A point is three numbers of eight bytes. */
export const POINT_BYTES = 24;

/** Lines of a log whose points are in a part: from a byte on, up to what is covered. */
export interface CoveredLines extends LogCoverage {
  readonly from: number;
}

/** What a part of points says of itself. */
export interface PointsHeader {
  readonly format: number;
  readonly byteOrder: string;
  readonly store: string;
  readonly logs: readonly CoveredLines[];
  /** The runs, sorted; those with ids of 32 hexadecimal digits first. */
  readonly hexCount: number;
  readonly hexIds: PartBuffer;
  readonly otherIds: PartBuffer;
  readonly keys: readonly string[];
  readonly subjects: readonly PointSubject[];
  /** By run, and one more: the first of its series, and the first of its places in `runLogs`. */
  readonly firstSeries: PartBuffer;
  readonly firstLogs: PartBuffer;
  /** Places in `logs`: which lines each run has points in. */
  readonly runLogs: PartBuffer;
  /** By series: the place of its key; how many points; where they begin, counted as places of buffers are. */
  readonly seriesKeys: PartBuffer;
  readonly seriesCounts: PartBuffer;
  readonly seriesPlaces: PartBuffer;
  /** CRC-32 of the checks of its chunks. */
  readonly seriesChecks: PartBuffer;
  /** By series, 1 where its points have codes of subjects. */
  readonly seriesSubjects: PartBuffer;
}

/** The beginning of a part. */
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

/** The length and the check of the header. @throws IndexDamaged */
export function decodePointsPrefix(prefix: Buffer, file: string): [length: number, check: number] {
  if (!prefix.subarray(0, 8).equals(MAGIC)) throw new IndexDamaged(file, 'is not a part of points');
  return [prefix.readUInt32LE(8), prefix.readUInt32LE(12)];
}

/** @throws IndexDamaged */
export function decodePointsHeader(json: Buffer, check: number, file: string): PointsHeader {
  if (crc32(json) !== check) throw new IndexDamaged(file, 'has a damaged header');
  // What passes the check is what was written: only the version may be another.
  const header = JSON.parse(json.toString()) as PointsHeader;
  if (header.format !== POINTS_FORMAT) throw new IndexDamaged(file, 'is of another version');
  if (header.byteOrder !== endianness()) throw new IndexDamaged(file, 'is of another machine');
  return header;
}
