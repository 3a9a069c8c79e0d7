import type { RunId } from '../../model/ids.ts';
import type { PartBuffer } from './part-format.ts';
import type { IdWords } from './run-words.ts';

const ID_BYTES = 16;
const IDS_A_TURN = 10_000;
const HEX_DIGITS = '0123456789abcdef';
/** By UTF-16 code unit: 1 for a hexadecimal digit. Faster than a pattern, which every look-up of a run would need. */
const IS_HEX: Uint8Array = Uint8Array.from({ length: 128 }, (_, unit) =>
  HEX_DIGITS.includes(String.fromCharCode(unit)) ? 1 : 0,
);

/** Whether an id has the form of new ids, also of MLflow: 32 lower-case hexadecimal digits. */
export function isHexId(id: string): boolean {
  if (id.length !== 2 * ID_BYTES) return false;
  for (let at = 0; at < id.length; at += 1) if (IS_HEX[id.charCodeAt(at)] !== 1) return false;
  return true;
}

/**
 * Returns ids in the order of the rows of a part: ids of hexadecimal digits first, each group sorted. Other work can run at
 * each `yield`.
 */
export function* inPartOrder(ids: Iterable<RunId>): Generator<void, RunId[]> {
  // By their first byte, so that a turn never sorts all of them.
  const groups = new Map<string, RunId[]>();
  const otherIds: RunId[] = [];
  let count = 0;
  for (const id of ids) {
    count += 1;
    if (count % IDS_A_TURN === 0) yield;
    if (!isHexId(id)) {
      otherIds.push(id);
      continue;
    }
    const head = id.slice(0, 2);
    const group = groups.get(head);
    if (group === undefined) groups.set(head, [id]);
    else group.push(id);
  }
  const sorted: RunId[] = [];
  for (const head of [...groups.keys()].sort()) {
    for (const id of (groups.get(head) as RunId[]).sort()) sorted.push(id);
    yield;
  }
  for (const id of otherIds.sort()) sorted.push(id);
  return sorted;
}

/** A part that has ids of runs. */
export interface PartWithIds {
  readonly header: {
    readonly hexCount: number;
    readonly hexIds: PartBuffer;
    readonly otherIds: PartBuffer;
  };
  /** @throws IndexDamaged */
  buffer(place: PartBuffer): Buffer;
  /** @throws IndexDamaged */
  json(place: PartBuffer): unknown;
}

/** The ids of the rows of a part. */
export class RunIds {
  readonly #hexIds: Buffer;
  readonly #hexCount: number;
  readonly #otherIds: readonly RunId[];
  /** The first four bytes of each hexadecimal id, for a fast search. */
  #heads: Uint32Array | undefined;

  /** @throws IndexDamaged */
  constructor(reader: PartWithIds) {
    const { hexIds, hexCount, otherIds } = reader.header;
    this.#hexIds = reader.buffer(hexIds);
    this.#hexCount = hexCount;
    this.#otherIds = reader.json(otherIds) as RunId[];
  }

  /** Returns the id of a row. */
  at(row: number): RunId {
    if (row >= this.#hexCount) return this.#otherIds[row - this.#hexCount] as RunId;
    return this.#hexIds.toString('hex', row * ID_BYTES, (row + 1) * ID_BYTES) as RunId;
  }

  /** Returns the row of an id; -1 if no row has it. */
  find(id: RunId, { isHex, head }: RunIdHead = headOf(id)): number {
    if (!isHex) {
      const place = this.#otherIds.indexOf(id);
      return place === -1 ? -1 : this.#hexCount + place;
    }
    return this.#findHead(head, (row) => this.at(row) === id);
  }

  /** Returns the row of an id of hexadecimal digits, from its words; -1 if no row has it. */
  findWords({ words }: IdWords): number {
    const ids = this.#hexIds;
    return this.#findHead(
      words[0] as number,
      (row) =>
        ids.readUInt32BE(row * ID_BYTES + 4) === words[1] &&
        ids.readUInt32BE(row * ID_BYTES + 8) === words[2] &&
        ids.readUInt32BE(row * ID_BYTES + 12) === words[3],
    );
  }

  #findHead(head: number, isWanted: (row: number) => boolean): number {
    this.#heads ??= headsOf(this.#hexIds, this.#hexCount);
    const heads = this.#heads;
    let [low, high] = [0, this.#hexCount];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((heads[middle] as number) < head) low = middle + 1;
      else high = middle;
    }
    for (let row = low; row < this.#hexCount && heads[row] === head; row += 1) {
      if (isWanted(row)) return row;
    }
    return -1;
  }
}

/** What a search for an id compares first. Compute it once to search in many parts. */
export interface RunIdHead {
  readonly isHex: boolean;
  /** The first four bytes of a hexadecimal id. */
  readonly head: number;
}

export function headOf(id: RunId): RunIdHead {
  const isHex = isHexId(id);
  return { isHex, head: isHex ? Number.parseInt(id.slice(0, 8), 16) : 0 };
}

function headsOf(ids: Buffer, count: number): Uint32Array {
  const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
  const heads = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) heads[row] = view.getUint32(row * ID_BYTES);
  return heads;
}
