import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import type { FilterEntity } from '../../query/filter.ts';
import { IndexDamaged } from './index-damaged.ts';

/** The version of the parts. Others are ignored, and the index is created again. */
export const PART_FORMAT = 3;
const MAGIC = Buffer.from('TDMKPART');
/** The magic, the length of the header and its CRC-32, both little-endian. */
export const PREFIX_BYTES = 16;

/** A range of bytes of a part: `[offset, length, CRC-32]`. The offset counts from the end of the header. */
export type PartBuffer = readonly [offset: number, length: number, check: number];

interface ColumnPlace {
  readonly entity: FilterEntity;
  readonly key: string;
  /** The rows that have a value, if few do; `values` or `codes` then have one entry for each of them. */
  readonly rows?: PartBuffer;
}

/** The place of a column. */
export type PartColumn =
  | (ColumnPlace & {
      readonly type: 'number';
      readonly values: PartBuffer;
      /** One byte for each row, 1 if it has a value. Without this and `rows`, every row has a value. */
      readonly present?: PartBuffer;
    })
  | (ColumnPlace & {
      readonly type: 'text';
      readonly codes: PartBuffer;
      /** The number of bytes of a code. */
      readonly width: 1 | 2 | 4;
      /** JSON: the texts, or lists of texts, by 1-based code. */
      readonly values: PartBuffer;
    });

/** The header of a part. */
export interface PartHeader {
  readonly format: number;
  /** The byte order of the machine that wrote the numbers: `LE` or `BE`. */
  readonly byteOrder: string;
  readonly store: string;
  readonly rowCount: number;
  /**
   * The number of first rows whose ids are 32 hexadecimal digits, stored as 16 bytes each; the other ids are JSON.
   */
  readonly hexCount: number;
  readonly hexIds: PartBuffer;
  readonly otherIds: PartBuffer;
  /** One byte for each row: in `stages`, `DELETED_BIT` and `PURGES_BIT`; in `statuses`, the place in `RUN_STATUSES`. */
  readonly stages: PartBuffer;
  readonly statuses: PartBuffer;
  readonly columns: readonly PartColumn[];
  /** The offset of the state of each row in `states`, and the end of the last; and the CRC-32 of each state. */
  readonly stateOffsets: PartBuffer;
  readonly stateChecks: PartBuffer;
  readonly states: readonly [offset: number, length: number];
  readonly experiments: PartBuffer;
  readonly models: PartBuffer;
}

/** Set in `PartHeader.stages` if the run is deleted. */
export const DELETED_BIT = 1;
/** Set in `PartHeader.stages` if the run, or a part of it, was purged. */
export const PURGES_BIT = 2;

/** The key of an attribute that no search uses: who opened the run. */
export const OPENERS_KEY = 'openers';
/** The key of another attribute that no search uses: the logged models that points of the run are about. */
export const MEASURED_MODELS_KEY = 'measured_models';

/** Encodes the beginning of a part: the prefix and the header. */
export function encodePartHeader(header: PartHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(json.length, 8);
  prefix.writeUInt32LE(crc32(json), 12);
  return Buffer.concat([prefix, json]);
}

/** Returns the length of the header and its check, from the first `PREFIX_BYTES`. @throws IndexDamaged */
export function decodePartPrefix(prefix: Buffer, file: string): { length: number; check: number } {
  if (!prefix.subarray(0, 8).equals(MAGIC)) throw new IndexDamaged(file, 'is not a part');
  return { length: prefix.readUInt32LE(8), check: prefix.readUInt32LE(12) };
}

/** Decodes the header of a part. @throws IndexDamaged */
export function decodePartHeader(json: Buffer, check: number, file: string): PartHeader {
  if (crc32(json) !== check) throw new IndexDamaged(file, 'has a damaged header');
  // A header with a valid check is as it was written. Only its version and byte order may differ.
  const header = JSON.parse(json.toString()) as PartHeader;
  if (header.format !== PART_FORMAT) throw new IndexDamaged(file, 'is of another version');
  if (header.byteOrder !== endianness()) throw new IndexDamaged(file, 'is of another machine');
  return header;
}
