import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { collectBytes, MemoryStore } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openQuery } from '../open-query.ts';
import type { QuerySession } from '../query/query-session.ts';
import { RESULT_FORMATS, type ResultFormat } from './encode-result.ts';

let session: QuerySession;
beforeAll(async () => {
  session = await openQuery({ store: new MemoryStore(), threads: 1 });
});
afterAll(() => session.close());

async function bytes(sql: string, format: ResultFormat, maxRows?: number): Promise<Uint8Array> {
  const options = { format, ...(maxRows === undefined ? {} : { maxRows }) };
  return collectBytes((await session.encode(sql, [], options)).bytes);
}

async function text(sql: string, format: ResultFormat, maxRows?: number): Promise<string> {
  return Buffer.from(await bytes(sql, format, maxRows)).toString();
}

/** Values that need care in a text. */
const AWKWARD = `
  SELECT 9007199254740993 AS big, 'nan'::DOUBLE AS nan, NULL AS none, '' AS empty,
    '=1|a "b",' || chr(10) || '*c*' AS text, [1, NULL] AS list, '\\x01'::BLOB AS bytes,
    TIMESTAMPTZ '2026-11-23 16:04:11.123456Z' AS moment`;

it('JSON is an array of rows', async () => {
  const row = {
    big: '9007199254740993',
    nan: 'NaN',
    none: null,
    empty: '',
    text: '=1|a "b",\n*c*',
    list: [1, null],
    bytes: 'AQ==',
    moment: '2026-11-23T16:04:11.123456Z',
  };
  expect(JSON.parse(await text(AWKWARD, 'json'))).toEqual([row]);
  expect(await text('FROM range(3)', 'json')).toBe(
    '[\n  {"range":0},\n  {"range":1},\n  {"range":2}\n]\n',
  );
  expect(await text('FROM range(0)', 'json')).toBe('[]\n');
  expect(JSON.parse(await text('FROM range(5000)', 'json'))).toHaveLength(5000);
  expect(JSON.parse(await text('SELECT 1 AS "__proto__"', 'json'))).toEqual([
    JSON.parse('{"__proto__":1}'),
  ]);
});

it('NDJSON has a row on each line', async () => {
  const lines = (await text('FROM range(5000)', 'ndjson')).split('\n');
  expect([lines.length, lines[4999], lines[5000]]).toEqual([5001, '{"range":4999}', '']);
});

it('the JSON of answers has the columns, and whether rows were cut', async () => {
  expect(JSON.parse(await text('FROM range(3)', 'json-answer', 2))).toEqual({
    columns: [{ name: 'range', type: 'BIGINT' }],
    is_cut: true,
    rows: [{ range: 0 }, { range: 1 }],
  });
  expect(JSON.parse(await text('FROM range(0)', 'json-answer'))).toMatchObject({
    is_cut: false,
    rows: [],
  });
});

it('CSV protects spreadsheets from formulas, and raw CSV does not', async () => {
  const head = 'big,nan,none,empty,text,list,bytes,moment\n9007199254740993,NaN,,"",';
  const tail = ',"[1,null]",AQ==,2026-11-23T16:04:11.123456Z\n';
  expect(await text(AWKWARD, 'csv')).toBe(`${head}"'=1|a ""b"",\n*c*"${tail}`);
  expect(await text(AWKWARD, 'csv-raw')).toBe(`${head}"=1|a ""b"",\n*c*"${tail}`);
  expect(await text(`SELECT 1 AS "=1+1"`, 'csv')).toBe("'=1+1\n1\n");
});

it('Markdown escapes what would break a cell', async () => {
  expect(
    await text("SELECT 'a|b' AS \"x|y\", '<b>' || chr(10) || '*c*' AS t, 1 AS n", 'markdown'),
  ).toBe('| x\\|y | t | n |\n| --- | --- | ---: |\n| a\\|b | \\<b\\><br>\\*c\\* | 1 |\n');
});

/** A value of each type that Arrow and Parquet have, and NULL in the second row. */
const TYPED = {
  BOOLEAN: 'true',
  TINYINT: '-1',
  SMALLINT: '-1',
  INTEGER: '-1',
  BIGINT: '9007199254740993',
  UTINYINT: '1',
  USMALLINT: '1',
  UINTEGER: '1',
  UBIGINT: '18446744073709551615',
  FLOAT: '0.5',
  DOUBLE: "'nan'",
  'DECIMAL(10,2)': '-12.34',
  VARCHAR: "'ü🌊'",
  BLOB: "'\\x01\\x00'",
  DATE: "'1969-12-31'",
  TIMESTAMP: "'1969-12-31 23:59:59.999999'",
  'TIMESTAMP WITH TIME ZONE': "'2026-11-23 16:04:11.123456Z'",
  TIMESTAMP_S: "'2026-11-23 16:04:11'",
  TIMESTAMP_MS: "'2026-11-23 16:04:11.123'",
  TIMESTAMP_NS: "'2026-11-23 16:04:11.123456789'",
  UUID: "'0192f1b4-0000-7000-8000-000000000000'",
  'INTEGER[]': '[1, NULL]',
  'STRUCT(a INTEGER, b VARCHAR)': "{'a': 1, 'b': NULL}",
  'MAP(VARCHAR, INTEGER)': "MAP {'k': 1}",
};

const EVERY_TYPE = `
  SELECT ${Object.entries(TYPED)
    .map(([type, value]) => `CASE WHEN range = 0 THEN (${value})::${type} END AS "${type}"`)
    .join(', ')}
  FROM range(2) ORDER BY range`;

it('Arrow keeps values of every type', async () => {
  const table = tableFromIPC(await bytes(EVERY_TYPE, 'arrow'));
  expect(table.numRows).toBe(2);
  expect(
    table.schema.fields.map(({ metadata }) => metadata.get('duckdb.type')?.replaceAll('"', '')),
  ).toEqual(Object.keys(TYPED));
  const [first, second] = table.toArray().map((row) => row.toJSON());
  expect(Object.values(second ?? {}).every((value) => value === null)).toBe(true);
  expect(first).toMatchObject({
    BOOLEAN: true,
    TINYINT: -1,
    BIGINT: 9007199254740993n,
    UBIGINT: 18446744073709551615n,
    FLOAT: 0.5,
    DOUBLE: Number.NaN,
    VARCHAR: 'ü🌊',
    BLOB: Uint8Array.of(1, 0),
    UUID: '0192f1b4-0000-7000-8000-000000000000',
  });
  const raw = (name: string) => table.getChild(name)?.data[0]?.values;
  expect(raw('TIMESTAMP')[0]).toBe(-1n);
  expect(raw('TIMESTAMP WITH TIME ZONE')[0]).toBe(1795449851123456n);
  expect(raw('TIMESTAMP_S')[0]).toBe(1795449851n);
  expect(raw('TIMESTAMP_NS')[0]).toBe(1795449851123456789n);
  expect(raw('DATE')[0]).toBe(-1);
  expect([...raw('DECIMAL(10,2)').slice(0, 4)]).toEqual([...Uint32Array.of(-1234, -1, -1, -1)]);
  expect([...(first?.['INTEGER[]'] ?? [])]).toEqual([1, null]);
  expect(first?.['STRUCT(a INTEGER, b VARCHAR)'].toJSON()).toEqual({ a: 1, b: null });
  expect(first?.['MAP(VARCHAR, INTEGER)'].toJSON()).toEqual({ k: 1 });
});

it('Arrow writes many rows or none, and whether rows were cut', async () => {
  const many = tableFromIPC(
    await bytes('SELECT range, range::VARCHAR AS t FROM range(100000)', 'arrow'),
  );
  expect([many.numRows, many.batches.length > 1]).toEqual([100_000, true]);
  expect(many.getChild('range')?.get(99_999)).toBe(99_999n);
  expect(many.getChild('t')?.get(99_999)).toBe('99999');
  const none = tableFromIPC(await bytes('FROM range(0)', 'arrow'));
  expect([none.numRows, none.schema.fields.length]).toEqual([0, 1]);
  const cut = tableFromIPC(await bytes('FROM range(3)', 'arrow', 2));
  expect([cut.numRows, cut.schema.metadata.get('tidemark.is_cut')]).toEqual([2, 'true']);
});

it('Parquet keeps types and values, and distinguishes names that differ only in case', async () => {
  const file = join(temporaryFolder(), 'result.parquet');
  writeFileSync(file, await bytes(EVERY_TYPE, 'parquet'));
  const connection = await (await DuckDBInstance.create()).connect();
  const described = await connection.runAndReadAll(`DESCRIBE FROM '${file}'`);
  expect(Object.fromEntries(described.getRows().map(([name, type]) => [name, type]))).toEqual({
    ...Object.fromEntries(Object.keys(TYPED).map((type) => [type, type])),
    // Parquet counts in microseconds and finer.
    TIMESTAMP_S: 'TIMESTAMP',
    TIMESTAMP_MS: 'TIMESTAMP',
  });
  const same = await connection.runAndReadAll(
    `SELECT count(*) FROM ((${EVERY_TYPE}) EXCEPT ALL FROM '${file}')`,
  );
  expect(same.getRows()).toEqual([[0n]]);
  writeFileSync(file, await bytes('SELECT 1 AS a, 2 AS "A", 3 AS a, 4 AS "x""y"', 'parquet'));
  const named = await connection.runAndReadAll(`FROM '${file}'`);
  expect(named.columnNames()).toEqual(['a', 'A:1', 'a:1:1', 'x"y']);
  connection.closeSync();
});

it.each(Object.keys(RESULT_FORMATS) as ResultFormat[])(
  '%s stops when its signal aborts',
  async (format) => {
    const stop = new AbortController();
    const { bytes: pieces } = await session.encode('FROM range(1000000)', [], {
      format,
      signal: stop.signal,
    });
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(collectBytes(pieces)).rejects.toBe(reason);
    expect((await session.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  },
);

it('refuses a format that does not exist', async () => {
  await expect(session.encode('SELECT 1', [], { format: 'xlsx' as never })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('json, json-answer, ndjson, csv'),
  });
});
