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

describe('rows with a schema', () => {
  const Row = z.object({ name: z.string(), loss: z.number().nullable() });

  it('have its type, and what it makes of them', async () => {
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

  it('that do not fit are refused with their number and the columns', async () => {
    const asked = session.query('SELECT range::VARCHAR AS name, name AS loss FROM range(3)', [], {
      schema: Row,
    });
    await expect(asked).rejects.toMatchObject({
      code: 'SQL_INVALID',
      message: expect.stringMatching(/^Row 1 of the result does not fit the schema: loss: /),
    });
    await expect(session.query('SELECT 1', [], { schema: {} as never })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
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

  it('say which values are NULL', async () => {
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

describe('the most rows', () => {
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
  ])('%s stops at %i + …', async (sql, maxRows) => {
    const { rows, isCut } = await session.query(sql, [], { maxRows });
    expect([rows.length, isCut]).toEqual([maxRows, true]);
  });

  it('may be as many as there are', async () => {
    const { rows, isCut } = await session.query('FROM range(3)', [], { maxRows: 3 });
    expect([rows.length, isCut]).toEqual([3, false]);
  });

  it('changes neither order, names, parameters nor errors', async () => {
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

  it.each([-1, 1.5, Number.NaN])('is not %d', async (maxRows) => {
    await expect(session.query('SELECT 1', [], { maxRows })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('wrong values of plain JavaScript', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['no text', () => session.query(7 as never)],
    ['parameters that are a text', () => session.query('SELECT 1', 'x' as never)],
    ['an option that does not exist', () => session.query('SELECT 1', [], { maxrows: 1 } as never)],
    ['a signal that is a number', () => session.query('SELECT 1', [], { signal: 1 } as never)],
    ['no format', () => session.encode('SELECT 1', [], undefined as never)],
  ])('%s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

it('progress is reported while a query runs', async () => {
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
