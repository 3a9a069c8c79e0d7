import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Duckdb } from '../duckdb/duckdb.ts';

/**
 * A value of a row. Its type depends on the column's type:
 *
 * | type | value |
 * | --- | --- |
 * | BOOLEAN | boolean |
 * | whole numbers | number, or bigint beyond ±(2^53 - 1) |
 * | FLOAT, DOUBLE | number, NaN and the infinities too |
 * | DECIMAL | string, such as `0.10` |
 * | TIMESTAMP, with and without time zone | Date, truncated to milliseconds; in `text` form an exact string |
 * | DATE, TIME, INTERVAL, UUID, ENUM, BIT | string in DuckDB's notation |
 * | BLOB | Uint8Array |
 * | LIST, ARRAY | array |
 * | STRUCT | object |
 * | MAP | object when its keys are text, otherwise an array of `[key, value]` |
 * | UNION | the value that it holds |
 *
 * NULL is null. Timestamps that a Date cannot hold (`infinity`, years beyond 275760) are DuckDB's text.
 */
export type QueryValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly QueryValue[]
  | { readonly [key: string]: QueryValue };

/** The form of timestamps in rows. */
export type TimestampForm =
  /** A Date. */
  | 'date'
  /** ISO 8601 in UTC, with all digits: `2026-11-23T16:04:11.123Z`; without the Z for a type without time zone. */
  | 'text';

/** Converts values of one column. */
export type ValueReader = (value: DuckDBValue) => QueryValue;

const MICROS_PER_MS = 1000n;
const LAST_DATE_MS = 8_640_000_000_000_000n;

/** Returns the converter for a column of this type. */
export function valueReader(duckdb: Duckdb, type: DuckDBType, form: TimestampForm): ValueReader {
  const read = plainReader(duckdb, type, form);
  return (value) => (value === null ? null : read(value));
}

function plainReader(duckdb: Duckdb, type: DuckDBType, form: TimestampForm): ValueReader {
  const { DuckDBTypeId: Id } = duckdb;
  const of = (inner: DuckDBType): ValueReader => valueReader(duckdb, inner, form);
  switch (type.typeId) {
    case Id.BOOLEAN:
    case Id.TINYINT:
    case Id.SMALLINT:
    case Id.INTEGER:
    case Id.UTINYINT:
    case Id.USMALLINT:
    case Id.UINTEGER:
    case Id.FLOAT:
    case Id.DOUBLE:
    case Id.VARCHAR:
      return (value) => value as QueryValue;
    case Id.BIGINT:
    case Id.UBIGINT:
    case Id.HUGEINT:
    case Id.UHUGEINT:
    case Id.BIGNUM:
      return (value) => wholeNumber(value as bigint);
    case Id.TIMESTAMP:
    case Id.TIMESTAMP_TZ: {
      const zone = type.typeId === Id.TIMESTAMP_TZ ? 'Z' : '';
      return (value) => moment(value, (value as { micros: bigint }).micros * 1000n, form, zone);
    }
    case Id.TIMESTAMP_S:
      return (value) =>
        moment(value, (value as { seconds: bigint }).seconds * 1_000_000_000n, form, '');
    case Id.TIMESTAMP_MS:
      return (value) => moment(value, (value as { millis: bigint }).millis * 1_000_000n, form, '');
    case Id.TIMESTAMP_NS:
      return (value) => moment(value, (value as { nanos: bigint }).nanos, form, '');
    case Id.BLOB:
      // A copy, because DuckDB reuses these bytes.
      return (value) => new Uint8Array((value as { bytes: Uint8Array }).bytes);
    case Id.LIST:
    case Id.ARRAY: {
      const item = of((type as { valueType: DuckDBType }).valueType);
      return (value) => (value as { items: readonly DuckDBValue[] }).items.map(item);
    }
    case Id.STRUCT: {
      const { entryNames, entryTypes } = type as {
        entryNames: readonly string[];
        entryTypes: readonly DuckDBType[];
      };
      const entries = entryTypes.map(of);
      return (value) => {
        const { entries: values } = value as { entries: Readonly<Record<string, DuckDBValue>> };
        return Object.fromEntries(
          entryNames.map((name, index) => [name, entries[index]?.(values[name] ?? null) ?? null]),
        );
      };
    }
    case Id.MAP: {
      const { keyType, valueType } = type as { keyType: DuckDBType; valueType: DuckDBType };
      const [key, item] = [of(keyType), of(valueType)];
      const pairs = (value: DuckDBValue): [QueryValue, QueryValue][] =>
        (value as { entries: readonly { key: DuckDBValue; value: DuckDBValue }[] }).entries.map(
          (entry) => [key(entry.key), item(entry.value)],
        );
      return keyType.typeId === Id.VARCHAR
        ? (value) => Object.fromEntries(pairs(value) as [string, QueryValue][])
        : pairs;
    }
    case Id.UNION: {
      const { memberTags, memberTypes } = type as {
        memberTags: readonly string[];
        memberTypes: readonly DuckDBType[];
      };
      const readers = new Map(memberTypes.map((member, at) => [memberTags[at], of(member)]));
      return (value) => {
        const { tag, value: inner } = value as { tag: string; value: DuckDBValue };
        return readers.get(tag)?.(inner) ?? null;
      };
    }
    default:
      return (value) => String(value);
  }
}

function wholeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function moment(value: DuckDBValue, nanos: bigint, form: TimestampForm, zone: string): QueryValue {
  const ms = floorDivide(nanos, MICROS_PER_MS * 1000n);
  if (ms < -LAST_DATE_MS || ms > LAST_DATE_MS) return String(value);
  const date = new Date(Number(ms));
  if (form === 'date') return date;
  const finer = String(nanos - ms * 1_000_000n).padStart(6, '0');
  const digits = finer === '000000' ? '' : finer.replace(/000$/, '');
  return `${date.toISOString().slice(0, -1)}${digits}${zone}`;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
