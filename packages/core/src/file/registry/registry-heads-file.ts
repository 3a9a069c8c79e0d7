import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RegistryChain } from '../../chain/registry-chain.ts';
import { IndexDamaged } from '../index/index-damaged.ts';
import { writeDerived } from '../index/part-files.ts';
import { filePart, type PartSource } from '../index/part-source.ts';
import { commitFile, LAYOUT } from '../layout.ts';
import { type FolderSight, isSameSight, lookAtFile } from '../system/folder-sight.ts';
import {
  type BodyPlace,
  decodeBody,
  decodeHeadsHeader,
  decodeHeadsPrefix,
  encodeHeads,
  HEADS_PREFIX_BYTES,
  type HeadBody,
  type HeadRow,
  HeadTable,
} from './heads-format.ts';

/** The bytes of one read when states are read in the order of the file. */
const WINDOW_BYTES = 1024 * 1024;

/** The largest gap between two states that still counts as reading in order, because a search skips some states. */
const NEAR_BYTES = 64 * 1024;

/** A row with the state of its chain. */
export interface HeadRowWithBody extends HeadRow {
  readonly body: HeadBody;
}

/**
 * The states of all chains as an earlier reader found them, in one derived file. A state is used only if the folder
 * of the chain and the file of its last commit have not changed since.
 */
export class RegistryHeadsFile {
  readonly #folder: string;
  readonly #source: PartSource;
  readonly #rows: HeadTable;
  readonly #at: ReadonlyMap<string, number>;
  readonly #bodiesFrom: number;
  readonly #end: number;
  #window: { readonly from: number; readonly bytes: Buffer } = { from: 0, bytes: Buffer.alloc(0) };
  /** The end of the last state that was read. */
  #readTo: number;

  /** @throws IndexDamaged if the file does not exist, or is of another version */
  constructor(folder: string, source: PartSource = filePart(join(folder, LAYOUT.registryHeads))) {
    this.#folder = folder;
    const { length, check } = decodeHeadsPrefix(source.read(0, HEADS_PREFIX_BYTES), source.name);
    const header = source.read(HEADS_PREFIX_BYTES, length);
    const { texts, numbers } = decodeHeadsHeader(header, check, source.name);
    this.#source = source;
    this.#bodiesFrom = HEADS_PREFIX_BYTES + length;
    this.#readTo = this.#bodiesFrom + texts[1] + numbers[1];
    const table = [texts, numbers].map(([offset, bytes, sum]) => {
      const read = source.read(this.#bodiesFrom + offset, bytes);
      if (crc32(read) !== sum) throw new IndexDamaged(source.name, 'has a damaged table');
      return read;
    }) as [Buffer, Buffer];
    this.#rows = new HeadTable(table[0], table[1], source.name);
    const last = this.#rows.row(this.#rows.places.length - 1).body.place;
    this.#end = this.#bodiesFrom + last[0] + last[1];
    this.#at = new Map(this.#rows.places.map((place, at) => [place, at]));
  }

  /** The places of the chains. */
  get places(): readonly string[] {
    return this.#rows.places;
  }

  /** Returns the name of the model whose chain is at the place, even if the model was deleted or renamed since. */
  nameOf(place: string): string | undefined {
    const at = this.#at.get(place);
    return at === undefined ? undefined : this.#rows.names[at];
  }

  /** Returns the chain of a folder in this state; `undefined` if the chain may have changed. */
  take(place: string, sight: FolderSight): RegistryChain | undefined {
    const at = this.#at.get(place);
    if (at === undefined) return undefined;
    const row = this.#rows.row(at);
    if (!isSameSight(row.folder, sight)) return undefined;
    const head = lookAtFile(`${this.#folder}/${place}/${commitFile(row.head.number)}`);
    if (head === undefined || head.size !== row.head.size || !isSameSight(row.head, head)) {
      return undefined;
    }
    const body = this.#body(row.body);
    return body && decodeBody(body, row.versionsUpdatedMs);
  }

  /** Returns a row with its unchanged body, for the next file. */
  copy(place: string): HeadRowWithBody | undefined {
    const at = this.#at.get(place);
    if (at === undefined) return undefined;
    const row = this.#rows.row(at);
    const body = this.#body(row.body);
    return body && { ...row, body };
  }

  /** Returns the state of a chain; `undefined` if the check fails, because the file is torn or was replaced. */
  #body({ outlineBytes, place: [offset, length, check] }: BodyPlace): HeadBody | undefined {
    const from = this.#bodiesFrom + offset;
    try {
      const bytes = this.#read(from, length);
      return crc32(bytes) === check ? { bytes, outlineBytes } : undefined;
    } catch (error) {
      if (!(error instanceof IndexDamaged)) throw error;
      return undefined;
    }
  }

  /** Returns a copy of the bytes, so that a cached state does not keep a whole window in memory. */
  #read(from: number, length: number): Buffer {
    const isNear = from >= this.#readTo && from - this.#readTo <= NEAR_BYTES;
    this.#readTo = from + length;
    const within = from - this.#window.from;
    if (within >= 0 && within + length <= this.#window.bytes.length) {
      return Buffer.from(this.#window.bytes.subarray(within, within + length));
    }
    if (!isNear) return this.#source.read(from, length);
    const most = Math.max(length, Math.min(WINDOW_BYTES, this.#end - from));
    this.#window = { from, bytes: this.#source.read(from, most) };
    return Buffer.from(this.#window.bytes.subarray(0, length));
  }
}

/** Returns the file of heads of a store; `undefined` if it cannot be used. */
export function loadRegistryHeadsFile(folder: string): RegistryHeadsFile | undefined {
  try {
    return new RegistryHeadsFile(folder);
  } catch (error) {
    // The file is derived. The chains have everything.
    if (!(error instanceof IndexDamaged)) throw error;
    return undefined;
  }
}

/** Writes the file again; returns whether that worked. */
export function writeRegistryHeadsFile(folder: string, rows: readonly HeadRowWithBody[]): boolean {
  const byName = [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
  return writeDerived(join(folder, LAYOUT.registryHeads), encodeHeads(byName));
}
