import { MemoryStore } from '@tidemark/core';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { openQuery } from '../open-query.ts';
import type { QuerySession } from '../query/query-session.ts';

let session: QuerySession;
beforeAll(async () => {
  session = await openQuery({ store: new MemoryStore(), threads: 1 });
});
afterAll(() => session.close());

describe('rows that a schema checks', () => {
  const Row = z.object({ name: z.string(), loss: z.number().nullable() });

  it('have the type and the values that the schema gives', async () => {
    const sql = "SELECT 'a' AS name, 0.5 AS loss, 1 AS other";
    const { rows } = await session.query("SELECT 'a' AS name, 0.5::DOUBLE AS loss, 1 AS o", [], {
      schema: Row,
    });
    expectTypeOf(rows).toEqualTypeOf<readonly { name: string; loss: number | null }[]>();
    expect(rows).toEqual([{ name: 'a', loss: 0.5 }]);
    const upper = Row.transform(({ name }) => name.toUpperCase());
    const stream = await session.stream(sql.replace('0.5', 'NULL'), [], { schema: upper });
    for await (const row of stream.rows) expect(row satisfies string).toBe('A');
  });

  it('are refused if they do not fit, with the number of the row and the column', async () => {
    const asked = session.query('SELECT range::VARCHAR AS name, name AS loss FROM range(3)', [], {
      schema: Row,
    });
    await expect(asked).rejects.toMatchObject({
      code: 'SQL_INVALID',
      message: expect.stringMatching(/^Row 1 of the result does not fit the schema: loss: /),
    });
  });
});

describe('columns', () => {
  it('are typed arrays', async () => {
    const { columns, rowCount } = await session.columns(
      `SELECT range AS i, range::DOUBLE / 2 AS d, range > 1 AS b, range::VARCHAR AS t,
        make_timestamptz(range * 1000) AS m FROM range(5000)`,
    );
    expect(rowCount).toBe(5000);
    expect(columns.map(({ values }) => values.constructor.name)).toEqual([
      ...['BigInt64Array', 'Float64Array', 'Uint8Array', 'Array', 'Float64Array'],
    ]);
    expect(columns.map(({ values }) => values[4999])).toEqual([4999n, 2499.5, 1, '4999', 4999]);
    expect(columns.map(({ nulls }) => nulls)).toEqual(Array(5).fill(undefined));
  });

  it('mark which values are NULL', async () => {
    const { columns } = await session.columns(
      "SELECT CASE WHEN range <> 1 THEN 'nan'::DOUBLE END AS d, NULL::VARCHAR AS t FROM range(3)",
    );
    expect(columns[0]).toMatchObject({
      name: 'd',
      type: 'DOUBLE',
      values: Float64Array.of(Number.NaN, 0, Number.NaN),
      nulls: Uint8Array.of(0, 1, 0),
    });
    expect(columns[1]?.values).toEqual([null, null, null]);
  });
});

describe('a query with maxRows', () => {
  it.each([
    ['FROM range(10)', 3],
    ['FROM range(1000000000000)', 3],
    ['FROM range(10); -- a comment', 3],
    ['VALUES (1), (2), (3), (4)', 3],
    ['DESCRIBE runs', 3],
    ['SHOW TABLES', 3],
    ['PIVOT (SELECT range, 1 AS k FROM range(9)) ON k USING count(*) GROUP BY range', 3],
    ['FROM range(4) -- ends here', 3],
    ['WITH q AS (FROM range(9)) SELECT * FROM q ORDER BY range', 3],
    ['FROM range(10)', 0],
  ])('returns no more rows, and reports the cut: %s (%i)', async (sql, maxRows) => {
    const { rows, isCut } = await session.query(sql, [], { maxRows });
    expect([rows.length, isCut]).toEqual([maxRows, true]);
  });

  it('reports no cut if the result has exactly that many rows', async () => {
    const { rows, isCut } = await session.query('FROM range(3)', [], { maxRows: 3 });
    expect([rows.length, isCut]).toEqual([3, false]);
  });

  it('keeps the order, names, parameters and errors', async () => {
    const ordered = 'SELECT range AS a, -range AS a, 0 AS "a:1" FROM range(100) ORDER BY 2';
    const { rows } = await session.query(ordered, [], { maxRows: 2 });
    expect(rows).toEqual([
      { a: 99, 'a:1': -99, 'a:1:1': 0 },
      { a: 98, 'a:1': -98, 'a:1:1': 0 },
    ]);
    const bound = await session.query('SELECT $x AS x', { x: 7 }, { maxRows: 2 });
    expect(bound.rows).toEqual([{ x: 7 }]);
    await expect(session.query('SELECT nosuch', [], { maxRows: 2 })).rejects.toThrow(
      'LINE 1: SELECT nosuch\n               ^',
    );
  });

  it.each([-1, 1.5, Number.NaN])('refuses %d', async (maxRows) => {
    await expect(session.query('SELECT 1', [], { maxRows })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('a wrong argument from plain JavaScript', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['SQL that is not a string', () => session.query(7 as never)],
    ['parameters that are a string', () => session.query('SELECT 1', 'x' as never)],
    ['an option that does not exist', () => session.query('SELECT 1', [], { maxrows: 1 } as never)],
    ['a signal that is a number', () => session.query('SELECT 1', [], { signal: 1 } as never)],
    [
      'an object that is not a schema',
      () => session.query('SELECT 1', [], { schema: {} as never }),
    ],
    ['no format', () => session.encode('SELECT 1', [], undefined as never)],
  ])('is refused: %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

it('a query reports its progress while it runs', async () => {
  const opened = await openQuery({ store: new MemoryStore(), threads: 1 });
  const stop = new AbortController();
  let fraction: number | undefined;
  const running = opened.query(
    'SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b',
    [],
    {
      signal: stop.signal,
      onProgress(progress) {
        fraction = progress.fraction;
        stop.abort(new Error('seen'));
      },
    },
  );
  await expect(running).rejects.toThrow('seen');
  expect(fraction === undefined || (fraction >= 0 && fraction <= 1)).toBe(true);
  await opened.close();
});
