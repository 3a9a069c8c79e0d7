import type { RunId } from '../../model/ids.ts';
import type { PartBuffer } from './part-format.ts';

const HEX_ID = /^[0-9a-f]{32}$/;
const ID_BYTES = 16;

/** Whether an id has the form of new ids, also of MLflow: 32 lower-case hexadecimal digits. */
export function isHexId(id: string): boolean {
  return HEX_ID.test(id);
}

/** Compares ids by the order of the rows of a part: ids of hexadecimal digits first, each group sorted. */
export function comparePartIds(a: RunId, b: RunId): number {
  const [aIsHex, bIsHex] = [isHexId(a), isHexId(b)];
  if (aIsHex !== bIsHex) return aIsHex ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
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
  find(id: RunId): number {
    if (!isHexId(id)) {
      const place = this.#otherIds.indexOf(id);
      return place === -1 ? -1 : this.#hexCount + place;
    }
    this.#heads ??= headsOf(this.#hexIds, this.#hexCount);
    const heads = this.#heads;
    const head = Number.parseInt(id.slice(0, 8), 16);
    let [low, high] = [0, this.#hexCount];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((heads[middle] as number) < head) low = middle + 1;
      else high = middle;
    }
    for (let row = low; row < this.#hexCount && heads[row] === head; row += 1) {
      if (this.at(row) === id) return row;
    }
    return -1;
  }
}

function headsOf(ids: Buffer, count: number): Uint32Array {
  const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
  const heads = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) heads[row] = view.getUint32(row * ID_BYTES);
  return heads;
}
