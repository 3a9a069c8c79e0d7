import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlString, withDuckdb } from '../duckdb/duckdb-session.ts';
import { readDeltaTable } from '../index.ts';
import { commitName } from '../write/put-commit.ts';
import type { DeltaField, DeltaType } from './delta-type.ts';
import { formatDeltaSchema } from './delta-type.ts';

let table: string;
beforeEach(async () => {
  table = await mkdtemp(join(tmpdir(), 'delta-mapping-'));
  await mkdir(join(table, '_delta_log'));
});
afterEach(() => rm(table, { recursive: true }));

const long: DeltaType = { kind: 'primitive', name: 'long' };
const mapped = (name: string, id: number, type: DeltaType): DeltaField => ({
  name,
  type,
  nullable: true,
  metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${id}` },
});
const schema = [
  mapped('id', 1, long),
  mapped('point', 2, { kind: 'struct', fields: [mapped('x', 3, long), mapped('y', 4, long)] }),
  mapped('year', 5, long),
];

/** A table of one file, whose columns are `select`, as its first commit says. */
async function writeTable(mode: string, select: string): Promise<void> {
  const file = join(table, 'part.parquet');
  await withDuckdb(async (session) =>
    (await session.connect()).run(
      `COPY (SELECT ${select}) TO ${sqlString(file)} (FORMAT parquet, FIELD_IDS {${FIELD_IDS[mode]}})`,
    ),
  );
  const actions = [
    { protocol: { minReaderVersion: 2, minWriterVersion: 5 } },
    {
      metaData: {
        id: 'mapped',
        format: { provider: 'parquet', options: {} },
        schemaString: formatDeltaSchema({ kind: 'struct', fields: schema }),
        partitionColumns: ['year'],
        configuration: { 'delta.columnMapping.mode': mode },
      },
    },
    {
      add: {
        path: 'part.parquet',
        partitionValues: { 'col-5': '2024' },
        size: (await stat(file)).size,
        modificationTime: 0,
        dataChange: true,
      },
    },
  ];
  const log = join(table, '_delta_log', commitName(0));
  await writeFile(log, actions.map((action) => JSON.stringify(action)).join('\n'));
}

/** Ids as an Iceberg writer would assign them, under different names. */
const FIELD_IDS: Readonly<Record<string, string>> = {
  name: `'col-1': 9`,
  id: `'anything': 1, 'col-2': {__duckdb_field_id: 2, 'col-3': 3, 'other': 4}`,
};

describe('a table that maps its columns', () => {
  it('by name is read by their physical names, also of fields and partitions', async () => {
    await writeTable('name', `7 AS "col-1", {'col-4': 2, 'col-3': 1} AS "col-2", 8 AS id`);
    const { table: read } = await readDeltaTable(table, { record: false });
    expect(read.toArray().map(String)).toEqual([
      '{"id": 7, "point": {"x":"1","y":"2"}, "year": 2024}',
    ]);
  });

  it('by id is read by their ids, whatever their names', async () => {
    await writeTable('id', `7 AS anything, {'col-3': 1, 'other': 2} AS "col-2"`);
    const { table: read } = await readDeltaTable(table, { columns: ['year', 'id'], record: false });
    expect(read.toArray().map(String)).toEqual(['{"year": 2024, "id": 7}']);
  });

  it('by id is refused if a field of a struct has another name in the file', async () => {
    await writeTable('id', `7 AS anything, {'col-3': 1, 'other': 2} AS "col-2"`);
    await expect(readDeltaTable(table, { record: false })).rejects.toMatchObject({
      code: 'DELTA_FEATURE_UNSUPPORTED',
      message: expect.stringContaining("'other'"),
    });
  });
});
