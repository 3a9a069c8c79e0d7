import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Table } from 'apache-arrow';
import { afterAll, describe, expect, it } from 'vitest';
import { arrowTableFromResult } from '../arrow/arrow-result.ts';
import { sqlName, sqlString, withDuckdb } from '../duckdb/duckdb-session.ts';
import { openDeltaSnapshot, readDeltaTable } from '../index.ts';
import type { DeltaField } from '../schema/delta-type.ts';
import { duckdbTypeName } from '../schema/duckdb-type.ts';

const ROOT = join(process.env.TIDEMARK_SHARED ?? '', 'fixtures', 'delta');
const ABSENT = !existsSync(ROOT);
const WITHOUT = ABSENT ? ' (skipped: the shared fixture tables are not on this machine)' : '';

/** Rows by version, as the README of the fixtures gives them. */
const ROWS_BY_VERSION: Readonly<Record<string, readonly number[]>> = {
  simple_table: [5, 20, 5, 5, 3],
  table_with_deletion_logs: [100, 100, 100, 99, ...Array<number>(17).fill(98)],
  'table-with-dv-small': [10, 8],
  'dv-partitioned-with-checkpoint': Array.from({ length: 16 }, (_, version) => 50 - version),
  'table-with-columnmapping-mode-id': [6],
  'column-mapping-id': [20],
  'v2-checkpoint-json': [0, 0, 10],
  'v2-parquet-sidecars-struct-stats-only': [0, 1, 2, 3, 4, 5],
  'multi-part-checkpoint': [1, 31],
  'time-travel-start-start20-start40': [10, 20, 30],
  'type-widening': [1, 1, 2],
};

/** The tables that have the rows that Spark read from them in their folder `expected`. */
const READ_BY_SPARK = [
  'dv-partitioned-with-checkpoint',
  'multi-part-checkpoint',
  'snapshot-vacuumed',
  'table-with-columnmapping-mode-id',
  'time-travel-start-start20-start40',
  'v2-checkpoint-json',
] as const;

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe(`tables that Spark and delta-rs wrote${WITHOUT}`, () => {
  it.skipIf(ABSENT).each(Object.entries(ROWS_BY_VERSION))(
    'have the right number of rows in every version: %s',
    async (name, counts) => {
      const read: number[] = [];
      for (let version = 0; version < counts.length; version += 1) {
        const { table, dataset } = await readDeltaTable(tablePath(name), {
          version,
          record: false,
        });
        read.push(table.numRows);
        expect(dataset).toMatchObject({ version, rowCount: table.numRows });
      }
      expect(read).toEqual(counts);
      expect((await openDeltaSnapshot(tablePath(name))).version).toBe(counts.length - 1);
    },
  );

  it.skipIf(ABSENT).each(READ_BY_SPARK)(
    'have the rows that Spark read from them: %s',
    async (name) => {
      const expected = join(ROOT, name, 'expected');
      const { table, snapshot } = await readDeltaTable(tablePath(name), { record: false });
      expect(rowsOf(table)).toEqual(rowsOf(await readParquet(expected, snapshot.schema.fields)));
    },
  );

  it.skipIf(ABSENT)(
    'have as many live files, of the size, as their checksum files say',
    async () => {
      for (const name of ['table_with_deletion_logs', 'v2-parquet-sidecars-struct-stats-only']) {
        const { version: latest } = await openDeltaSnapshot(tablePath(name));
        for (let version = 0; version <= latest; version += 1) {
          const { files } = await openDeltaSnapshot(tablePath(name), { version });
          const crc = join(
            tablePath(name),
            '_delta_log',
            `${String(version).padStart(20, '0')}.crc`,
          );
          const { numFiles, tableSizeBytes } = JSON.parse(await readFile(crc, 'utf8'));
          expect(files.length).toBe(numFiles);
          expect(files.reduce((sum, file) => sum + file.sizeBytes, 0)).toBe(tableSizeBytes);
        }
      }
    },
  );

  it.skipIf(ABSENT)('are refused at versions whose files VACUUM removed', async () => {
    for (let version = 0; version < 5; version += 1) {
      await expect(
        readDeltaTable(tablePath('snapshot-vacuumed'), { version, record: false }),
      ).rejects.toMatchObject({ code: 'DELTA_FILES_MISSING', details: { version } });
    }
    const whole = await readDeltaTable(tablePath('snapshot-vacuumed'), { record: false });
    expect(whole.table.numRows).toBe(20);
  });

  it.skipIf(ABSENT)('can be read as of a time, by the times of their commit files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'delta-travel-'));
    folders.push(folder);
    await cp(tablePath('time-travel-start-start20-start40'), folder, { recursive: true });
    const timeOf = (version: number): number => (1540415658 + 1200 * version) * 1000;
    for (let version = 0; version < 3; version += 1) {
      const commit = join(folder, '_delta_log', `${String(version).padStart(20, '0')}.json`);
      await utimes(commit, timeOf(version) / 1000, timeOf(version) / 1000);
    }
    const versionAt = async (timestampMs: number): Promise<number> =>
      (await openDeltaSnapshot(folder, { timestampMs })).version;
    expect(await versionAt(timeOf(0))).toBe(0);
    expect(await versionAt(timeOf(1) - 1)).toBe(0);
    expect(await versionAt(timeOf(1))).toBe(1);
    expect(await versionAt(timeOf(2))).toBe(2);
    await expect(versionAt(timeOf(0) - 1)).rejects.toMatchObject({
      code: 'DELTA_VERSION_NOT_FOUND',
    });
    await expect(versionAt(timeOf(2) + 1)).rejects.toMatchObject({
      code: 'DELTA_VERSION_NOT_FOUND',
    });
  });
});

function tablePath(name: string): string {
  const nested = join(ROOT, name, 'delta');
  return existsSync(nested) ? nested : join(ROOT, name);
}

function rowsOf(table: Table): string[] {
  return table.toArray().map(String).sort();
}

function readParquet(folder: string, fields: readonly DeltaField[]): Promise<Table> {
  const columns = fields.map(
    (field) => `CAST(${sqlName(field.name)} AS ${duckdbTypeName(field.type, 'none')})`,
  );
  return withDuckdb(async (session) =>
    arrowTableFromResult(
      await (await session.connect()).stream(
        `SELECT ${columns.join(', ')} FROM read_parquet(${sqlString(`${folder}/*.parquet`)})`,
      ),
      fields,
    ),
  );
}
