import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { RegistryChain } from '../../chain/registry-chain.ts';
import type { RegisteredModel } from '../../model/registered-model.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import type { PartBuffer } from '../index/part-format.ts';
import type { FileSight, FolderSight } from '../system/folder-sight.ts';
import { holdModel, outlineOfHeld } from './held-model.ts';

/** Raise it when the fold of a chain gives another result than before, or the form of the file changes. */
const HEADS_FORMAT = 1;
const MAGIC = Buffer.from('TDMKHEAD');
/** The magic, the length of the header and its CRC-32, both little-endian. */
export const HEADS_PREFIX_BYTES = 16;

/** A chain, with the facts of its files from when it was read. */
export interface HeadRow {
  /** The name of the model. */
  readonly name: string;
  readonly place: string;
  readonly folder: Omit<FolderSight, 'isSettled'>;
  /** The facts of the file of the last commit, and its number. */
  readonly head: Omit<FileSight, 'isSettled'> & { readonly number: number };
  /** The latest update of a version; `-Infinity` if the model has no version. */
  readonly versionsUpdatedMs: number;
}

/** The state of a chain as bytes. */
export interface HeadBody {
  readonly bytes: Buffer;
  /**
   * The length of the first part, JSON of the chain without the versions of its model. The second part is JSON of the
   * versions.
   */
  readonly outlineBytes: number;
}

/** The place of the body of a row, from the end of the header. */
export interface BodyPlace {
  readonly outlineBytes: number;
  readonly place: PartBuffer;
}

/** The header of the file. Places are counted from the end of the header. */
export interface HeadsHeader {
  readonly format: number;
  /** The byte order of the machine that wrote the numbers: `LE` or `BE`. */
  readonly byteOrder: string;
  /** JSON: the names of the models and the places of their chains. */
  readonly texts: PartBuffer;
  /** `NUMBERS` doubles for each row. */
  readonly numbers: PartBuffer;
}

/** The number of doubles of a row. Names and places are stored separately. */
const NUMBERS = 13;

const ROW_BYTES = NUMBERS * Float64Array.BYTES_PER_ELEMENT;

const buffer = z.tuple([z.int().nonnegative(), z.int().nonnegative(), z.int().nonnegative()]);
const version = z.object({ format: z.int() });
const header = z.object({
  format: z.int(),
  byteOrder: z.string(),
  texts: buffer,
  numbers: buffer,
}) satisfies z.ZodType<HeadsHeader>;
const table = z.tuple([z.array(z.string()).min(1), z.array(z.string())]);

/** Encodes rows as the bytes of the file. */
export function encodeHeads(rows: readonly (HeadRow & { readonly body: HeadBody })[]): Buffer[] {
  const names = rows.map(({ name }) => name);
  const texts = Buffer.from(JSON.stringify([names, rows.map(({ place }) => place)]));
  const numbers = new Float64Array(rows.length * NUMBERS);
  const bytes = Buffer.from(numbers.buffer);
  let offset = texts.length + bytes.length;
  for (const [at, { folder, head, versionsUpdatedMs, body }] of rows.entries()) {
    const { length } = body.bytes;
    const looks = [folder.ino, folder.mtimeMs, folder.ctimeMs, head.ino, head.mtimeMs];
    const state = [body.outlineBytes, offset, length, crc32(body.bytes)];
    const row = [...looks, head.ctimeMs, head.size, head.number, versionsUpdatedMs, ...state];
    numbers.set(row, at * NUMBERS);
    offset += length;
  }
  const described: HeadsHeader = {
    format: HEADS_FORMAT,
    byteOrder: endianness(),
    texts: [0, texts.length, crc32(texts)],
    numbers: [texts.length, bytes.length, crc32(bytes)],
  };
  const json = Buffer.from(JSON.stringify(described));
  const prefix = Buffer.alloc(HEADS_PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(json.length, 8);
  prefix.writeUInt32LE(crc32(json), 12);
  return [prefix, json, texts, bytes, ...rows.map(({ body }) => body.bytes)];
}

/** Returns the length of the header, and its check. @throws IndexDamaged */
export function decodeHeadsPrefix(prefix: Buffer, file: string): { length: number; check: number } {
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC)) throw new IndexDamaged(file, 'is another');
  return { length: prefix.readUInt32LE(8), check: prefix.readUInt32LE(12) };
}

/** @throws IndexDamaged */
export function decodeHeadsHeader(json: Buffer, check: number, file: string): HeadsHeader {
  if (crc32(json) !== check) throw new IndexDamaged(file, 'has a damaged header');
  const value = parsed(json);
  if (version.safeParse(value).data?.format !== HEADS_FORMAT) {
    throw new IndexDamaged(file, 'is of another version');
  }
  const { data } = header.safeParse(value);
  if (data === undefined) throw new IndexDamaged(file, 'has another header');
  if (data.byteOrder !== endianness()) throw new IndexDamaged(file, 'is of another machine');
  return data;
}

/** The rows of a file. Each row is assembled on demand. */
export class HeadTable {
  readonly names: readonly string[];
  readonly places: readonly string[];
  readonly #numbers: Float64Array;

  /** @throws IndexDamaged */
  constructor(texts: Buffer, numbers: Buffer, file: string) {
    const { data } = table.safeParse(parsed(texts));
    const rowCount = data?.[0].length;
    const isWhole = rowCount === data?.[1].length && numbers.length === (rowCount ?? 0) * ROW_BYTES;
    if (data === undefined || !isWhole) throw new IndexDamaged(file, 'has another table');
    [this.names, this.places] = data;
    this.#numbers = new Float64Array(numbers.buffer, numbers.byteOffset, data[0].length * NUMBERS);
  }

  /** Builds the row at a place in the order of names. */
  row(at: number): HeadRow & { readonly body: BodyPlace } {
    const n = this.#numbers.subarray(at * NUMBERS, (at + 1) * NUMBERS) as unknown as RowNumbers;
    return {
      name: this.names[at] as string,
      place: this.places[at] as string,
      folder: { ino: n[0], mtimeMs: n[1], ctimeMs: n[2] },
      head: { ino: n[3], mtimeMs: n[4], ctimeMs: n[5], size: n[6], number: n[7] },
      versionsUpdatedMs: n[8],
      body: { outlineBytes: n[9], place: [n[10], n[11], n[12]] },
    };
  }
}

/** The `NUMBERS` doubles of a row. */
type RowNumbers = Readonly<Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12, number>>;

/** Encodes the state of a chain, with the time of the last update of a version. */
export function encodeBody(
  chain: RegistryChain,
): HeadBody & { readonly versionsUpdatedMs: number } {
  const { model, ...rest } = chain;
  if (model === undefined) {
    const bytes = Buffer.from(JSON.stringify(rest));
    const versionsUpdatedMs = Number.NEGATIVE_INFINITY;
    return { bytes, outlineBytes: bytes.length, versionsUpdatedMs };
  }
  const { versionsUpdatedMs } = outlineOfHeld({ model, head: chain.head });
  const { versions, ...described } = model;
  const outline = Buffer.from(JSON.stringify({ ...rest, model: described }));
  const bytes = Buffer.concat([outline, Buffer.from(JSON.stringify(versions))]);
  return { bytes, outlineBytes: outline.length, versionsUpdatedMs };
}

/**
 * Decodes a chain from bytes that were checked. The versions of its model are parsed on demand. Returns `undefined` if the
 * bytes are not a chain.
 */
export function decodeBody(
  { bytes, outlineBytes }: HeadBody,
  updatedMs: number,
): RegistryChain | undefined {
  const value = parsed(bytes.subarray(0, outlineBytes));
  if (typeof value !== 'object' || value === null || !('head' in value)) return undefined;
  const { model, ...rest } = value as DescribedChain;
  if (model === undefined) return rest;
  return { ...rest, model: holdModel(model, { json: bytes.subarray(outlineBytes), updatedMs }) };
}

/** Returns `undefined` if the bytes are not JSON. */
function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}

type DescribedChain = Omit<RegistryChain, 'model'> & {
  readonly model?: Omit<RegisteredModel, 'versions'>;
};
