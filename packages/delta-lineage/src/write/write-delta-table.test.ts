import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DateMillisecond,
  Decimal,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  makeVector,
  Null,
  Table,
  TimestampNanosecond,
  tableFromArrays,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appendToDeltaTable,
  createDeltaTable,
  openDeltaSnapshot,
  readDeltaTable,
} from '../index.ts';
import { commitAppend } from './commit-append.ts';
import { commitName } from './put-commit.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-write-'));
  path = join(folder, 'penguins');
});
afterEach(() => rm(folder, { recursive: true }));

const penguins = new Table({
  species: vectorFromArray(['Adelie', 'Gentoo', null], new Utf8()),
  mass_g: vectorFromArray([3750, 5000, 4200.5], new Float64()),
  dives: vectorFromArray([[1, 2], null, []], new List(new Field('element', new Int32(), true))),
});
const rows = (table: Table): string[] => table.toArray().map(String);
const columns = (values: Record<string, Vector>): Table => new Table(values);

describe('a Delta table written from Arrow', () => {
  it('keeps every version', async () => {
    const first = await createDeltaTable(path, penguins.slice(0, 1), { name: 'penguins' });
    const second = await appendToDeltaTable(path, penguins.slice(1));
    expect(first).toMatchObject({ version: 0, rowCount: 1, fileCount: 1, path });
    expect(second).toMatchObject({ version: 1, rowCount: 2, tableId: first.tableId });

    const before = await readDeltaTable(path, { version: 0, record: false });
    const after = await readDeltaTable(path, { record: false });
    expect(rows(before.table)).toEqual(rows(penguins.slice(0, 1)));
    expect(rows(after.table)).toEqual(rows(penguins));
    expect(before.dataset.snapshotDigest).not.toBe(after.dataset.snapshotDigest);
  });

  it('has a folder for each partition, and nothing else', async () => {
    await createDeltaTable(path, penguins, { partitionBy: ['species'] });
    expect((await readdir(path)).sort()).toEqual([
      '_delta_log',
      'species=Adelie',
      'species=Gentoo',
      'species=__HIVE_DEFAULT_PARTITION__',
    ]);
    const { table } = await readDeltaTable(path, { record: false });
    expect(rows(table).sort()).toEqual(rows(penguins).sort());
  });

  it('has statistics of its files, but only those that are right', async () => {
    const big = 2n ** 60n + 1n;
    await createDeltaTable(
      path,
      columns({
        long: vectorFromArray([1n, big, null], new Int64()),
        nan: vectorFromArray([1, Number.NaN, 2], new Float64()),
        text: vectorFromArray(['b', 'a'.repeat(40), 'z'.repeat(40)], new Utf8()),
        date: vectorFromArray([0, 1, 2].map((day) => new Date(day * 86_400_000))),
        infinite: vectorFromArray([1, 2, Number.POSITIVE_INFINITY], new Float64()),
      }),
    );
    const log = await readFile(join(path, '_delta_log', commitName(0)), 'utf8');
    const [add] = log.split('\n').filter((line) => line.startsWith('{"add"'));
    const { stats } = JSON.parse(add ?? '').add;
    expect(stats).toContain(`"long":${big}`);
    expect(JSON.parse(stats)).toMatchObject({
      numRecords: 3,
      minValues: { text: 'a'.repeat(32), infinite: 1, date: '1970-01-01T00:00:00.000Z' },
      maxValues: { text: `${'z'.repeat(32)}\u{10ffff}` },
      nullCount: { long: 1, nan: 0, text: 0, date: 0, infinite: 0 },
    });
    expect(JSON.parse(stats).minValues).not.toHaveProperty('nan');
    expect(JSON.parse(stats).maxValues).not.toHaveProperty('infinite');
  });

  it('returns its rows in the order in which they were written, also with partitions', async () => {
    const count = 300_000;
    const ids = Int32Array.from({ length: count }, (_, row) => row);
    const table = columns({
      id: makeVector(ids),
      part: makeVector(ids.map((row) => row % 3)),
    });
    await createDeltaTable(path, table, { partitionBy: ['part'] });
    const { table: read, snapshot } = await readDeltaTable(path, { record: false });
    const order = snapshot.files.map((file) => Number(file.partitionValues.part));
    const expected = order.flatMap((part) => Array.from(ids.filter((row) => row % 3 === part)));
    expect(read.getChild('id')?.toArray()).toEqual(Int32Array.from(expected));
  });

  it('can have no rows', async () => {
    await createDeltaTable(path, penguins.slice(0, 0));
    expect((await readDeltaTable(path, { record: false })).table.numRows).toBe(0);
    await appendToDeltaTable(path, penguins.slice(0, 0));
    const { version, files } = await openDeltaSnapshot(path);
    expect({ version, files }).toEqual({ version: 1, files: [] });
  });

  it('can hold what tableFromArrays creates, also dictionaries, dates and unsigned numbers', async () => {
    const table = tableFromArrays({
      island: ['Biscoe', 'Dream', null, 'Biscoe'],
      seen: [new Date(0), null, new Date(1e12), new Date(1)],
      count: Uint32Array.of(1, 2, 3, 2 ** 32 - 1),
    });
    await createDeltaTable(path, table);
    const { table: read } = await readDeltaTable(path, { record: false });
    expect(read.toArray().map((row) => ({ ...row?.toJSON() }))).toEqual([
      { island: 'Biscoe', seen: 0, count: 1n },
      { island: 'Dream', seen: null, count: 2n },
      { island: null, seen: 1e12, count: 3n },
      { island: 'Biscoe', seen: 1, count: 2n ** 32n - 1n },
    ]);
  });
});

describe('appending', () => {
  const numbers = columns({
    id: vectorFromArray([1n], new Int64()),
    ratio: vectorFromArray([1.5], new Float64()),
  });
  beforeEach(async () => {
    await createDeltaTable(path, numbers);
  });

  it('matches columns by name, widens numbers and makes missing columns null', async () => {
    await appendToDeltaTable(path, columns({ id: vectorFromArray([2], new Int32()) }));
    const { table } = await readDeltaTable(path, { record: false });
    expect(rows(table)).toEqual(['{"id": 1, "ratio": 1.5}', '{"id": 2, "ratio": null}']);
  });

  it.each([
    ['an unknown column', columns({ other: vectorFromArray([1], new Int32()) })],
    ['a type that does not fit', columns({ id: vectorFromArray(['x'], new Utf8()) })],
    ['a number that would be rounded', columns({ id: vectorFromArray([1.5], new Float64()) })],
  ])('refuses %s and changes nothing', async (_, table) => {
    await expect(appendToDeltaTable(path, table)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect((await openDeltaSnapshot(path)).version).toBe(0);
    expect((await readdir(path)).length).toBe(2);
  });

  it('by several writers at once loses nothing, and each commits its own version', async () => {
    const writers = Array.from({ length: 6 }, (_, writer) =>
      appendToDeltaTable(
        path,
        columns({ id: vectorFromArray([BigInt(writer + 10)], new Int64()) }),
      ),
    );
    const versions = (await Promise.all(writers)).map(({ version }) => version);
    expect(versions.sort()).toEqual([1, 2, 3, 4, 5, 6]);
    const { table } = await readDeltaTable(path, { record: false });
    const ids = Array.from(table.getChild('id') ?? [], Number).sort((a, b) => a - b);
    expect(ids).toEqual([1, 10, 11, 12, 13, 14, 15]);
  });

  it('is refused if another writer changed the properties meanwhile', async () => {
    const { tableId: id, schemaString } = await openDeltaSnapshot(path);
    const logPath = join(path, '_delta_log');
    const configuration = { 'delta.appendOnly': 'true' };
    const metaData = { id, schemaString, partitionColumns: [], configuration };
    await writeFile(join(logPath, commitName(1)), JSON.stringify({ commitInfo: {} }));
    expect(await commitAppend(logPath, 0, [{ txn: { appId: 'first', version: 1 } }])).toBe(2);
    await writeFile(join(logPath, commitName(3)), JSON.stringify({ metaData }));
    await expect(
      commitAppend(logPath, 1, [{ txn: { appId: 'second', version: 1 } }]),
    ).rejects.toMatchObject({ code: 'DELTA_COMMIT_CONFLICT', details: { version: 3 } });
  });

  it.each([
    ['constraints', { minReaderVersion: 1, minWriterVersion: 3 }],
    [
      'features',
      {
        minReaderVersion: 1,
        minWriterVersion: 7,
        writerFeatures: ['appendOnly', 'rowTracking', 'identityColumns'],
      },
    ],
  ])('is refused where the table requires %s of writers', async (_, protocol) => {
    await writeFile(join(path, '_delta_log', commitName(1)), JSON.stringify({ protocol }));
    await expect(appendToDeltaTable(path, numbers)).rejects.toMatchObject({
      code: 'DELTA_FEATURE_UNSUPPORTED',
    });
  });
});

describe('a write that Delta does not allow', () => {
  const one = vectorFromArray([1], new Int32());
  const nanoseconds = makeVector(
    makeData({ type: new TimestampNanosecond('UTC'), data: BigInt64Array.of(1500n) }),
  );
  const tooLong = vectorFromArray([Uint32Array.of(1_000_000, 0, 0, 0)], new Decimal(0, 5, 128));
  it.each([
    ['a name with a space', columns({ 'mass (g)': one }), "'mass_g'"],
    ['names that differ in case', columns({ a: one, A: one }), 'case'],
    ['no column', new Table({}), 'column'],
    ['64 unsigned bits', columns({ a: makeVector(BigUint64Array.of(1n)) }), 'Uint64'],
    ['nanoseconds', columns({ a: nanoseconds }), 'microsecond'],
    [
      'a date with a time',
      columns({ a: vectorFromArray([new Date(1)], new DateMillisecond()) }),
      'time',
    ],
    ['only nulls', columns({ a: vectorFromArray([null], new Null()) }), 'type'],
    ['too many digits', columns({ a: tooLong }), 'digits'],
  ])('is refused before anything is written: %s', async (_, table, hint) => {
    await expect(createDeltaTable(path, table)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(hint),
    });
    await expect(openDeltaSnapshot(path)).rejects.toMatchObject({ code: 'DELTA_TABLE_NOT_FOUND' });
  });

  it.each([
    ['an unknown column', ['other']],
    ['a nested column', ['dives']],
    ['a column twice', ['species', 'species']],
    ['every column', ['species', 'mass_g', 'dives']],
  ])('is refused for the partition columns: %s', async (_, partitionBy) => {
    await expect(createDeltaTable(path, penguins, { partitionBy })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('is refused for an empty string in a partition column, which would be read as null', async () => {
    const table = columns({
      a: vectorFromArray(['', 'x'], new Utf8()),
      b: vectorFromArray([1, 2]),
    });
    await expect(createDeltaTable(path, table, { partitionBy: ['a'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect(await readdir(path)).toEqual([]);
  });

  it('is refused for a second table in the same folder, even at the same time', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => createDeltaTable(path, penguins)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    await expect(createDeltaTable(path, penguins)).rejects.toMatchObject({
      code: 'DELTA_TABLE_EXISTS',
    });
    expect((await readDeltaTable(path, { record: false })).table.numRows).toBe(3);
    expect((await readdir(path)).length).toBe(2);
  });
});
