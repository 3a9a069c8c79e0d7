import { MemoryStore } from '@tidemark/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import type { QuerySession } from '../query/query-session.ts';
import type { QueryValue } from './query-value.ts';

let session: QuerySession;
beforeAll(async () => {
  session = await openQuery({ store: new MemoryStore(), threads: 1 });
});
afterAll(() => session.close());

async function value(sql: string, timestamps: 'date' | 'text' = 'date'): Promise<QueryValue> {
  const { rows } = await session.query(`SELECT ${sql} AS value`, [], { timestamps });
  return rows[0]?.value as QueryValue;
}

const DAY = new Date(Date.UTC(2026, 10, 23));

describe('values of DuckDB in JavaScript', () => {
  it.each<[string, QueryValue]>([
    ['NULL', null],
    ['true', true],
    ['1::TINYINT', 1],
    ['count(*)', 1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992::BIGINT', 9007199254740992n],
    ['-170141183460469231731687303715884105727::HUGEINT', -(2n ** 127n) + 1n],
    ["'nan'::DOUBLE", Number.NaN],
    ["'-infinity'::DOUBLE", Number.NEGATIVE_INFINITY],
    ['0.1::DOUBLE', 0.1],
    ['0.10', '0.10'],
    ['12345678901234567890.123456789', '12345678901234567890.123456789'],
    ["'ünïcödé 🌊'", 'ünïcödé 🌊'],
    ["'2026-11-23'::TIMESTAMP", DAY],
    ["'2026-11-23'::TIMESTAMPTZ", DAY],
    ["'2026-11-23'::TIMESTAMP_S", DAY],
    ["'2026-11-23'::TIMESTAMP_MS", DAY],
    ["'2026-11-23'::TIMESTAMP_NS", DAY],
    ["'1969-12-31 23:59:59.9999'::TIMESTAMP", new Date(-1)],
    ["'infinity'::TIMESTAMPTZ", 'infinity'],
    ["'2026-11-23'::DATE", '2026-11-23'],
    ["'12:34:56'::TIME", '12:34:56'],
    ["INTERVAL '1 day 2 hours'", '1 day 02:00:00'],
    ["'00000000-0000-0000-0000-000000000001'::UUID", '00000000-0000-0000-0000-000000000001'],
    ["'b'::ENUM ('a', 'b')", 'b'],
    ["'101'::BIT", '101'],
    ["'\\x01\\xFF'::BLOB", new Uint8Array([1, 255])],
    ['[1, NULL, 3]', [1, null, 3]],
    ['[1, 2]::INTEGER[2]', [1, 2]],
    ['[[9007199254740993], []]', [[9007199254740993n], []]],
    ["{'a': 1, 'b': {'c': 0.5::DOUBLE}}", { a: 1, b: { c: 0.5 } }],
    ["MAP {'x': 1, 'y': NULL}", { x: 1, y: null }],
    ["MAP {1: 'x'}", [[1, 'x']]],
    ['union_value(num := 7)', 7],
    ['\'{"a": [1, 2]}\'::JSON', '{"a": [1, 2]}'],
  ])('are converted: %s', async (sql, expected) => {
    expect(await value(sql)).toEqual(expected);
  });

  it.each([
    ["'2026-11-23 16:04:11.123456'::TIMESTAMPTZ", '2026-11-23T16:04:11.123456Z'],
    ["'2026-11-23 16:04:11'::TIMESTAMPTZ", '2026-11-23T16:04:11.000Z'],
    ["'2026-11-23 16:04:11.123456'::TIMESTAMP", '2026-11-23T16:04:11.123456'],
    ["'2026-11-23 16:04:11.123456789'::TIMESTAMP_NS", '2026-11-23T16:04:11.123456789'],
    ["'1969-12-31 23:59:59.999999'::TIMESTAMPTZ", '1969-12-31T23:59:59.999999Z'],
  ])('have every digit as text: %s', async (sql, expected) => {
    expect(await value(sql, 'text')).toBe(expected);
  });

  it('can be of every type', async () => {
    const { rows, columns } = await session.query('FROM test_all_types()');
    expect(rows).toHaveLength(3);
    for (const { name } of columns) expect(rows[2]?.[name]).toBeNull();
  });

  it('have distinct names for columns of the same name, and can have the key __proto__', async () => {
    const { rows, columns } = await session.query(
      `SELECT 1 AS a, 2 AS a, 3 AS "__proto__", MAP {'__proto__': 4} AS map`,
    );
    expect(columns.map(({ name }) => name)).toEqual(['a', 'a:1', '__proto__', 'map']);
    expect(JSON.stringify(rows)).toBe('[{"a":1,"a:1":2,"__proto__":3,"map":{"__proto__":4}}]');
  });
});
