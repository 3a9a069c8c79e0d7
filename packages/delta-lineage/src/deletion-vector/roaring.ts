/**
 * Decoder for the 64-bit Roaring bitmaps of deletion vectors: a count of buckets, then for each bucket the
 * upper 32 bits of its values and a standard 32-bit bitmap (PROTOCOL.md, "Deletion Vector Format";
 * RoaringFormatSpec). Every read is checked, because files may be damaged.
 */

const COOKIE_WITH_RUNS = 12347;
const COOKIE_WITHOUT_RUNS = 12346;
/** Bitmaps with runs have container offsets only if they have at least this many containers. */
const OFFSETS_FROM_CONTAINERS = 4;
/** A container with more values than this is stored as a bitmap. */
const MAX_ARRAY_VALUES = 4096;
const BITMAP_BYTES = 8192;
const MAX_CONTAINERS = 65536;

/**
 * Returns the values of the portable 64-bit bitmap at `offset`, in ascending order; at most `limit`.
 *
 * @throws RangeError when the bytes are cut short, are not a Roaring bitmap, or hold more values.
 */
export function decodeRoaring64(bytes: Uint8Array, offset: number, limit: number): number[] {
  const reader = new Reader(bytes, offset);
  const buckets = reader.uint64();
  const values: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const high = reader.uint32() * 2 ** 32;
    readRoaring32(reader, high, values, limit);
  }
  return values;
}

function readRoaring32(reader: Reader, base: number, values: number[], limit: number): void {
  const cookie = reader.uint32();
  const withRuns = (cookie & 0xffff) === COOKIE_WITH_RUNS;
  if (!withRuns && cookie !== COOKIE_WITHOUT_RUNS) {
    throw new RangeError(`${cookie} does not start a Roaring bitmap`);
  }
  const containers = withRuns ? (cookie >>> 16) + 1 : reader.uint32();
  if (containers > MAX_CONTAINERS) throw new RangeError(`${containers} containers are too many`);
  const runFlags = withRuns ? reader.bytes(Math.ceil(containers / 8)) : new Uint8Array(0);
  const keys: { key: number; cardinality: number }[] = [];
  for (let i = 0; i < containers; i += 1) {
    keys.push({ key: reader.uint16(), cardinality: reader.uint16() + 1 });
  }
  if (!withRuns || containers >= OFFSETS_FROM_CONTAINERS) reader.bytes(containers * 4);
  for (const [i, { key, cardinality }] of keys.entries()) {
    const start = base + key * 2 ** 16;
    if (((runFlags[i >> 3] ?? 0) >> (i & 7)) & 1) readRuns(reader, start, values);
    else if (cardinality > MAX_ARRAY_VALUES) readBitmap(reader, start, values);
    else for (let j = 0; j < cardinality; j += 1) values.push(start + reader.uint16());
    // A few bytes of runs can stand for many values: a damaged file must not exhaust the memory.
    if (values.length > limit) throw new RangeError(`it holds more than ${limit} values`);
  }
}

function readRuns(reader: Reader, start: number, values: number[]): void {
  const runs = reader.uint16();
  for (let run = 0; run < runs; run += 1) {
    const first = reader.uint16();
    const more = reader.uint16();
    for (let i = 0; i <= more; i += 1) values.push(start + first + i);
  }
}

function readBitmap(reader: Reader, start: number, values: number[]): void {
  for (const [index, byte] of reader.bytes(BITMAP_BYTES).entries()) {
    for (let bits = byte, bit = 0; bits !== 0; bits >>= 1, bit += 1) {
      if (bits & 1) values.push(start + index * 8 + bit);
    }
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#position = position;
  }

  uint16(): number {
    this.#position += 2;
    return this.#view.getUint16(this.#position - 2, true);
  }

  uint32(): number {
    this.#position += 4;
    return this.#view.getUint32(this.#position - 4, true);
  }

  uint64(): number {
    const low = this.uint32();
    return this.uint32() * 2 ** 32 + low;
  }

  bytes(count: number): Uint8Array {
    const start = this.#position;
    if (start + count > this.#bytes.length) throw new RangeError('the bitmap is cut short');
    this.#position += count;
    return this.#bytes.subarray(start, start + count);
  }
}
