import { TidemarkError } from '@tidemark/core';
import {
  type Data,
  DateUnit,
  makeVector,
  TimeUnit,
  Type,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { duckdbBindings as duckdb, type RawVector } from '../duckdb/duckdb-bindings.ts';
import type { DeltaField, DeltaType } from '../schema/delta-type.ts';

/**
 * Copies the rows `from` … `from + count - 1` of an Arrow column to the start of a DuckDB vector.
 *
 * Arrow's slices share buffers in three ways, and this code relies on them: the values of fixed-width
 * types and all offsets start at the slice, bits are counted from `data.offset`, and the children of
 * lists are not sliced.
 *
 * @throws INVALID_ARGUMENT for a value that the Delta type cannot hold.
 */
export function fillVector(
  vector: RawVector,
  data: Data,
  field: Column,
  from: number,
  count: number,
): void {
  if (count === 0) return;
  fillValidity(vector, data, from, count);
  if (data.typeId === Type.Dictionary) {
    fillDictionary(vector, data, field, from, count);
    return;
  }
  const { type, name } = field;
  switch (type.kind) {
    case 'struct':
      for (const [index, child] of type.fields.entries()) {
        const target = duckdb.struct_vector_get_child(vector, index);
        fillVector(
          target,
          childAt(data, index),
          { name: `${name}.${child.name}`, type: child.type },
          from,
          count,
        );
      }
      break;
    case 'array':
      fillList(vector, data, { name, type: type.element }, from, count);
      break;
    case 'map':
      fillList(vector, data, { name, type: entriesType(type) }, from, count);
      break;
    case 'decimal':
      copy(vector, decimalValues(data, type.precision, name, from, count));
      break;
    case 'primitive':
      if (type.name === 'string' || type.name === 'binary') fillBytes(vector, data, from, count);
      else copy(vector, primitiveValues(data, name, from, count));
      break;
  }
}

type Column = Pick<DeltaField, 'name' | 'type'>;

const LIST_ENTRY_WORDS = 2;
const DECIMAL_BYTES = 16;
const DAY_MS = 86_400_000n;

function fillValidity(vector: RawVector, data: Data, from: number, count: number): void {
  const { nullBitmap, offset } = data;
  if (nullBitmap === null || nullBitmap === undefined || nullBitmap.length === 0) return;
  if (data.nullCount === 0) return;
  const words = new Uint8Array(Math.ceil(count / 64) * 8);
  let nulls = 0;
  for (let row = 0; row < count; row += 1) {
    const bit = offset + from + row;
    if (((nullBitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1) {
      words[row >> 3] = (words[row >> 3] ?? 0) | (1 << (row & 7));
    } else nulls += 1;
  }
  if (nulls === 0) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, words.buffer, 0, words.byteLength);
}

function fillList(
  vector: RawVector,
  data: Data,
  element: Column,
  from: number,
  count: number,
): void {
  const size = (data.type as unknown as { listSize?: number }).listSize;
  const offsetAt = (row: number): number =>
    size === undefined ? Number((data.valueOffsets as Int32Array)[row] ?? 0) : row * size;
  const first = offsetAt(from);
  const items = offsetAt(from + count) - first;
  const entries = new BigUint64Array(count * LIST_ENTRY_WORDS);
  for (let row = 0; row < count; row += 1) {
    const start = offsetAt(from + row);
    entries[row * LIST_ENTRY_WORDS] = BigInt(start - first);
    entries[row * LIST_ENTRY_WORDS + 1] = BigInt(offsetAt(from + row + 1) - start);
  }
  duckdb.list_vector_reserve(vector, items);
  duckdb.list_vector_set_size(vector, items);
  copy(vector, entries);
  fillVector(duckdb.list_vector_get_child(vector), childAt(data, 0), element, first, items);
}

function fillBytes(vector: RawVector, data: Data, from: number, count: number): void {
  const { values } = data as Data & { values: Uint8Array };
  const stride = data.typeId === Type.FixedSizeBinary ? data.stride : undefined;
  for (let row = 0; row < count; row += 1) {
    if (!isValid(data, from + row)) continue;
    const index = from + row;
    const start = stride === undefined ? Number(data.valueOffsets[index]) : index * stride;
    const end = stride === undefined ? Number(data.valueOffsets[index + 1]) : start + stride;
    duckdb.vector_assign_string_element_len(vector, row, values.subarray(start, end));
  }
}

function fillDictionary(
  vector: RawVector,
  data: Data,
  field: Column,
  from: number,
  count: number,
): void {
  const indices = data.values as ArrayLike<number | bigint>;
  const dictionary = data.dictionary as Vector;
  const { type } = field;
  if (type.kind === 'primitive' && (type.name === 'string' || type.name === 'binary')) {
    const entries = dictionaryBytes(dictionary);
    for (let row = 0; row < count; row += 1) {
      if (!isValid(data, from + row)) continue;
      const bytes = entries[Number(indices[from + row])];
      if (bytes !== undefined) duckdb.vector_assign_string_element_len(vector, row, bytes);
    }
    return;
  }
  const decoded = Array.from({ length: count }, (_, row) =>
    isValid(data, from + row) ? dictionary.get(Number(indices[from + row])) : null,
  );
  const [plain] = vectorFromArray(decoded, dictionary.type).data;
  if (plain !== undefined) fillVector(vector, plain, field, 0, count);
}

const dictionaryCache = new WeakMap<Vector, readonly Uint8Array[]>();

function dictionaryBytes(dictionary: Vector): readonly Uint8Array[] {
  const cached = dictionaryCache.get(dictionary);
  if (cached !== undefined) return cached;
  const encoder = new TextEncoder();
  const entries = Array.from(dictionary, (entry: unknown) =>
    entry instanceof Uint8Array ? entry : encoder.encode(String(entry)),
  );
  dictionaryCache.set(dictionary, entries);
  return entries;
}

function primitiveValues(data: Data, column: string, from: number, count: number): ArrayBufferView {
  const { type } = data;
  const rows = (values: {
    subarray(start: number, end: number): ArrayBufferView;
  }): ArrayBufferView => values.subarray(from, from + count);
  switch (data.typeId) {
    case Type.Bool: {
      const bits = data.values as Uint8Array;
      return Uint8Array.from({ length: count }, (_, row) => {
        const bit = data.offset + from + row;
        return ((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1;
      });
    }
    case Type.Int: {
      const values = rows(data.values);
      if ((type as unknown as { isSigned: boolean }).isSigned) return values;
      if (values instanceof Uint8Array) return Int16Array.from(values);
      if (values instanceof Uint16Array) return Int32Array.from(values);
      return BigInt64Array.from(values as Uint32Array, BigInt);
    }
    case Type.Float:
      if (data.values instanceof Uint16Array) {
        const halves = makeVector(data);
        return Float32Array.from({ length: count }, (_, row) =>
          Number(halves.get(from + row) ?? 0),
        );
      }
      return rows(data.values);
    case Type.Date:
      if ((type as unknown as { unit: DateUnit }).unit === DateUnit.DAY) return rows(data.values);
      return Int32Array.from(rows(data.values) as BigInt64Array, (ms, row) => {
        if (ms % DAY_MS === 0n || !isValid(data, from + row)) return Number(ms / DAY_MS);
        throw invalidValue(
          column,
          `holds a date with a time of day (${ms} ms)`,
          'make it a timestamp',
        );
      });
    case Type.Timestamp:
      return microseconds(data, column, rows(data.values) as BigInt64Array, from);
    default:
      throw new TypeError(`${type} has no primitive values`);
  }
}

function microseconds(
  data: Data,
  column: string,
  values: BigInt64Array,
  from: number,
): BigInt64Array {
  const { unit } = data.type as unknown as { unit: TimeUnit };
  switch (unit) {
    case TimeUnit.SECOND:
      return values.map((value) => value * 1_000_000n);
    case TimeUnit.MILLISECOND:
      return values.map((value) => value * 1000n);
    case TimeUnit.MICROSECOND:
      return values;
    case TimeUnit.NANOSECOND:
      return values.map((value, row) => {
        if (value % 1000n === 0n || !isValid(data, from + row)) return value / 1000n;
        throw invalidValue(
          column,
          `holds a timestamp finer than a microsecond (${value} ns)`,
          'round it first',
        );
      });
  }
}

/** Decimals of an Arrow column for DuckDB: Arrow uses 16 bytes each, DuckDB 2, 4, 8 or 16 by precision. */
function decimalValues(
  data: Data,
  precision: number,
  column: string,
  from: number,
  count: number,
): Uint8Array {
  const words = data.values as Uint32Array;
  const source = new DataView(words.buffer, words.byteOffset, words.byteLength);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const limit = 10n ** BigInt(precision);
  const width = precision <= 4 ? 2 : precision <= 9 ? 4 : precision <= 18 ? 8 : DECIMAL_BYTES;
  const values = new Uint8Array(count * width);
  for (let row = 0; row < count; row += 1) {
    const start = (from + row) * DECIMAL_BYTES;
    const value = (source.getBigInt64(start + 8, true) << 64n) | source.getBigUint64(start, true);
    if ((value >= limit || value <= -limit) && isValid(data, from + row)) {
      throw invalidValue(
        column,
        `holds a number of more than ${precision} digits`,
        'declare more digits',
      );
    }
    values.set(bytes.subarray(start, start + width), row * width);
  }
  return values;
}

function entriesType(type: DeltaType & { kind: 'map' }): DeltaType {
  return {
    kind: 'struct',
    fields: [
      { name: 'key', type: type.key, nullable: false, metadata: {} },
      { name: 'value', type: type.value, nullable: true, metadata: {} },
    ],
  };
}

function childAt(data: Data, index: number): Data {
  const child = data.children[index];
  if (child === undefined) throw new TypeError(`${data.type} has no child ${index}`);
  return child;
}

function isValid(data: Data, row: number): boolean {
  const { nullBitmap } = data;
  if (nullBitmap === null || nullBitmap === undefined || nullBitmap.length === 0) return true;
  const bit = data.offset + row;
  return (((nullBitmap[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

function copy(vector: RawVector, values: ArrayBufferView): void {
  duckdb.copy_data_to_vector(vector, 0, values.buffer, values.byteOffset, values.byteLength);
}

function invalidValue(column: string, what: string, wayOut: string): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', `Column '${column}' ${what}: ${wayOut}.`, {
    details: { column },
  });
}
