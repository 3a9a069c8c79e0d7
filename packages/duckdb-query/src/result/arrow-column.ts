import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Data, DataType } from 'apache-arrow';
import type { Duckdb } from '../duckdb/duckdb.ts';
import type { Arrow } from './arrow.ts';
import type { FixedArray } from './typed-columns.ts';

/** A column of a result in Arrow: its type, and the function that puts values of DuckDB into Arrow's buffers. */
export interface ArrowColumn {
  readonly type: DataType;
  readonly data: (values: readonly DuckDBValue[]) => Data;
}

/** The digits that DuckDB itself gives to HUGEINT in Arrow. */
const HUGE_DIGITS = 38;
const WORDS_OF_DECIMAL = 4;
const BITS_OF_WORD = 32n;

/**
 * Returns the column for a type of DuckDB, which is the one that DuckDB's own export to Arrow has. Types that Arrow lacks
 * (UUID, ENUM, INTERVAL, BIT …) become text in DuckDB's notation.
 */
export function arrowColumn(duckdb: Duckdb, arrow: Arrow, type: DuckDBType): ArrowColumn {
  const { DuckDBTypeId: Id } = duckdb;
  const fixed = (
    arrowType: DataType,
    make: (length: number) => FixedArray,
    read: (value: DuckDBValue) => unknown = (value) => value,
  ): ArrowColumn => fixedColumn(arrow, arrowType, make, read);
  const moment = (unit: number, field: string, zone?: string): ArrowColumn =>
    fixed(
      new arrow.Timestamp(unit, zone),
      (length) => new BigInt64Array(length),
      (value) => (value as unknown as Readonly<Record<string, bigint>>)[field],
    );
  switch (type.typeId) {
    case Id.BOOLEAN:
      return truthColumn(arrow);
    case Id.TINYINT:
      return fixed(new arrow.Int8(), (length) => new Int8Array(length));
    case Id.SMALLINT:
      return fixed(new arrow.Int16(), (length) => new Int16Array(length));
    case Id.INTEGER:
      return fixed(new arrow.Int32(), (length) => new Int32Array(length));
    case Id.BIGINT:
      return fixed(new arrow.Int64(), (length) => new BigInt64Array(length));
    case Id.UTINYINT:
      return fixed(new arrow.Uint8(), (length) => new Uint8Array(length));
    case Id.USMALLINT:
      return fixed(new arrow.Uint16(), (length) => new Uint16Array(length));
    case Id.UINTEGER:
      return fixed(new arrow.Uint32(), (length) => new Uint32Array(length));
    case Id.UBIGINT:
      return fixed(new arrow.Uint64(), (length) => new BigUint64Array(length));
    case Id.FLOAT:
      return fixed(new arrow.Float32(), (length) => new Float32Array(length));
    case Id.DOUBLE:
      return fixed(new arrow.Float64(), (length) => new Float64Array(length));
    case Id.HUGEINT:
      return decimalColumn(arrow, { width: HUGE_DIGITS, scale: 0 }, (value) => value as bigint);
    case Id.DECIMAL:
      return decimalColumn(
        arrow,
        type as unknown as DecimalSize,
        (value) => (value as unknown as { value: bigint }).value,
      );
    case Id.DATE:
      return fixed(
        new arrow.DateDay(),
        (length) => new Int32Array(length),
        (value) => (value as unknown as { days: number }).days,
      );
    case Id.TIMESTAMP:
      return moment(arrow.TimeUnit.MICROSECOND, 'micros');
    case Id.TIMESTAMP_TZ:
      return moment(arrow.TimeUnit.MICROSECOND, 'micros', 'UTC');
    case Id.TIMESTAMP_S:
      return moment(arrow.TimeUnit.SECOND, 'seconds');
    case Id.TIMESTAMP_MS:
      return moment(arrow.TimeUnit.MILLISECOND, 'millis');
    case Id.TIMESTAMP_NS:
      return moment(arrow.TimeUnit.NANOSECOND, 'nanos');
    case Id.BLOB:
      return bytesColumn(arrow, new arrow.Binary(), bytesOfBlob);
    case Id.LIST:
    case Id.ARRAY:
      return listColumn(
        arrow,
        arrowColumn(duckdb, arrow, (type as { valueType: DuckDBType }).valueType),
      );
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as {
        entryNames: readonly string[];
        entryTypes: readonly DuckDBType[];
      };
      const columns = entryTypes.map((entry) => arrowColumn(duckdb, arrow, entry));
      return structColumn(arrow, entryNames, columns);
    }
    case Id.MAP: {
      const { keyType, valueType } = type as { keyType: DuckDBType; valueType: DuckDBType };
      const [key, value] = [keyType, valueType].map((each) => arrowColumn(duckdb, arrow, each));
      return mapColumn(arrow, key as ArrowColumn, value as ArrowColumn);
    }
    default:
      return bytesColumn(arrow, new arrow.Utf8(), (value) => Buffer.from(String(value)));
  }
}

function fixedColumn(
  arrow: Arrow,
  type: DataType,
  make: (length: number) => FixedArray,
  read: (value: DuckDBValue) => unknown,
): ArrowColumn {
  return {
    type,
    data(values) {
      const data = make(values.length);
      values.forEach((value, place) => {
        if (value !== null) data[place] = read(value) as never;
      });
      return arrow.makeData({ type, data, ...validityOf(values) } as never);
    },
  };
}

function truthColumn(arrow: Arrow): ArrowColumn {
  const type = new arrow.Bool();
  return {
    type,
    data: (values) =>
      arrow.makeData({
        type,
        data: bitsOf(values, (value) => value === true),
        ...validityOf(values),
      }),
  };
}

interface DecimalSize {
  readonly width: number;
  readonly scale: number;
}

/** 128 bits for each value, in words of 32, the lowest first. */
function decimalColumn(
  arrow: Arrow,
  { width, scale }: DecimalSize,
  read: (value: DuckDBValue) => bigint,
): ArrowColumn {
  const type = new arrow.Decimal(scale, width);
  return {
    type,
    data(values) {
      const data = new Uint32Array(values.length * WORDS_OF_DECIMAL);
      values.forEach((value, place) => {
        if (value === null) return;
        let rest = read(value);
        for (let word = 0; word < WORDS_OF_DECIMAL; word += 1) {
          data[place * WORDS_OF_DECIMAL + word] = Number(BigInt.asUintN(32, rest));
          rest >>= BITS_OF_WORD;
        }
      });
      return arrow.makeData({ type, data, ...validityOf(values) });
    },
  };
}

function bytesOfBlob(value: DuckDBValue): Uint8Array {
  return (value as unknown as { bytes: Uint8Array }).bytes;
}

/** Text and bytes. A text is encoded as UTF-8. */
function bytesColumn(
  arrow: Arrow,
  type: DataType,
  encode: (value: DuckDBValue) => Uint8Array,
): ArrowColumn {
  return {
    type,
    data(values) {
      const pieces = values.map((value) => (value === null ? EMPTY : encode(value)));
      const valueOffsets = offsetsOf(pieces);
      const data = Buffer.concat(pieces);
      return arrow.makeData({ type, data, valueOffsets, ...validityOf(values) } as never);
    },
  };
}

const EMPTY = new Uint8Array(0);

function listColumn(arrow: Arrow, item: ArrowColumn): ArrowColumn {
  const type = new arrow.List(new arrow.Field('item', item.type, true));
  return {
    type,
    data(values) {
      const lists = values.map((value) =>
        value === null ? [] : (value as unknown as { items: readonly DuckDBValue[] }).items,
      );
      return arrow.makeData({
        type,
        valueOffsets: offsetsOf(lists),
        child: item.data(lists.flat()),
        ...validityOf(values),
      });
    },
  };
}

function structColumn(
  arrow: Arrow,
  names: readonly string[],
  columns: readonly ArrowColumn[],
): ArrowColumn {
  const fields = columns.map(({ type }, at) => new arrow.Field(names[at] ?? '', type, true));
  const type = new arrow.Struct(fields);
  return {
    type,
    data: (values) =>
      arrow.makeData({
        type,
        children: columns.map(({ data }, at) =>
          data(values.map((value) => entryOf(value, names[at] ?? ''))),
        ),
        ...validityOf(values),
      }),
  };
}

function entryOf(value: DuckDBValue, name: string): DuckDBValue {
  if (value === null) return null;
  return (
    (value as unknown as { entries: Readonly<Record<string, DuckDBValue>> }).entries[name] ?? null
  );
}

/** A map in Arrow is a list of entries. */
function mapColumn(arrow: Arrow, key: ArrowColumn, item: ArrowColumn): ArrowColumn {
  const entryType = new arrow.Struct([
    new arrow.Field('key', key.type, false),
    new arrow.Field('value', item.type, true),
  ]);
  const type = new arrow.Map_(new arrow.Field('entries', entryType, false) as never);
  return {
    type,
    data(values) {
      const maps = values.map((value) =>
        value === null ? [] : (value as unknown as { entries: readonly Entry[] }).entries,
      );
      const entries = maps.flat();
      const child = arrow.makeData({
        type: entryType,
        length: entries.length,
        nullCount: 0,
        children: [
          key.data(entries.map((entry) => entry.key)),
          item.data(entries.map((entry) => entry.value)),
        ],
      });
      return arrow.makeData({
        type,
        valueOffsets: offsetsOf(maps),
        child,
        ...validityOf(values),
      } as never);
    },
  };
}

interface Entry {
  readonly key: DuckDBValue;
  readonly value: DuckDBValue;
}

function offsetsOf(pieces: readonly { readonly length: number }[]): Int32Array {
  const offsets = new Int32Array(pieces.length + 1);
  let end = 0;
  pieces.forEach(({ length }, place) => {
    end += length;
    offsets[place + 1] = end;
  });
  return offsets;
}

/** The length, and a bitmap of the values that are not NULL, if one is. */
function validityOf(values: readonly DuckDBValue[]): {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap?: Uint8Array;
} {
  const { length } = values;
  let nullCount = 0;
  for (const value of values) if (value === null) nullCount += 1;
  if (nullCount === 0) return { length, nullCount };
  return { length, nullCount, nullBitmap: bitsOf(values, (value) => value !== null) };
}

function bitsOf(
  values: readonly DuckDBValue[],
  isSet: (value: DuckDBValue) => boolean,
): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, place) => {
    if (isSet(value)) bits[place >> 3] = (bits[place >> 3] as number) | (1 << (place & 7));
  });
  return bits;
}
