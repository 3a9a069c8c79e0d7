import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { temporaryFolder } from '@tidemark/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeltaTable } from '../index.ts';
import type { DeltaStructType } from '../schema/delta-type.ts';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';
import {
  deleteLogBefore,
  deleteUnusedFiles,
  hasLogBefore,
  putTableVersion,
  readTableVersion,
  type StagedFile,
  stageDataFiles,
  writeCheckpoint,
} from '../tables.ts';

const SCHEMA: DeltaStructType = {
  kind: 'struct',
  fields: [
    { name: 'id', type: { kind: 'primitive', name: 'long' }, nullable: true, metadata: {} },
    { name: 'name', type: { kind: 'primitive', name: 'string' }, nullable: true, metadata: {} },
  ],
};

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function stage(path: string, id: number): Promise<StagedFile[]> {
  const relation = `(SELECT ${id}::BIGINT AS id, 'row ${id}' AS name)`;
  return stageDataFiles(connection, {
    tablePath: path,
    schema: SCHEMA,
    partitionColumns: [],
    relation,
  });
}

/** A table whose version 0 has one row. */
async function newTable(): Promise<string> {
  const path = join(temporaryFolder(), 'table');
  await putTableVersion({
    ...{ path, version: 0, operation: 'WRITE', removed: [], transactions: { app: 1 } },
    create: { name: 't', description: 'A table.', schema: SCHEMA, configuration: { 'a.b': 'c' } },
    staged: await stage(path, 1),
  });
  return path;
}

async function latest(path: string): Promise<DeltaSnapshot> {
  return (await readTableVersion(connection, path)) as DeltaSnapshot;
}

async function idsOf(path: string, version?: number): Promise<number[]> {
  const options = { record: false, ...(version === undefined ? {} : { version }) };
  const { table } = await readDeltaTable(path, options);
  return table.toArray().map((row) => Number(row?.id));
}

/** Commits a version in which one row replaces another. */
async function replace(path: string, id: number): Promise<void> {
  const { version, files } = await latest(path);
  const draft = { path, version: version + 1, operation: 'REPLACE', transactions: { app: id } };
  await putTableVersion({ ...draft, removed: files, staged: await stage(path, id) });
}

describe('versions of a table as sets of files', () => {
  it('have the files, properties and transactions that were committed', async () => {
    const path = await newTable();
    expect(await latest(path)).toMatchObject({
      ...{ version: 0, name: 't', description: 'A table.', configuration: { 'a.b': 'c' } },
      ...{ transactions: { app: 1 }, protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
    });
    await replace(path, 2);
    expect((await latest(path)).transactions).toEqual({ app: 2 });
    expect([await idsOf(path, 0), await idsOf(path)]).toEqual([[1], [2]]);
  });

  it('are committed by the first writer only', async () => {
    const path = await newTable();
    const draft = { path, version: 1, operation: 'WRITE', removed: [], transactions: {} };
    const done = await Promise.all(
      [2, 3, 4].map(async (id) => putTableVersion({ ...draft, staged: await stage(path, id) })),
    );
    expect(done.filter((isDone) => isDone)).toHaveLength(1);
    expect(await idsOf(path)).toHaveLength(2);
  });

  it('can have files of earlier versions again', async () => {
    const path = await newTable();
    const { files: restored } = await latest(path);
    await replace(path, 2);
    const { files: removed } = await latest(path);
    const draft = { path, version: 2, operation: 'RESTORE', transactions: {}, staged: [] };
    await putTableVersion({ ...draft, restored, removed });
    expect(await idsOf(path)).toEqual([1]);
    expect((await latest(path)).files[0]?.statistics).toBe(restored[0]?.statistics);
  });

  it('are undefined where there is no table', async () => {
    expect(await readTableVersion(connection, join(temporaryFolder(), 'none'))).toBeUndefined();
  });
});

describe('a checkpoint', () => {
  it('has everything of its version, so that the log before it can be deleted', async () => {
    const path = await newTable();
    await replace(path, 2);
    const before = await latest(path);
    await writeCheckpoint(connection, before);
    expect(await hasLogBefore(path, 1)).toBe(true);
    await deleteLogBefore(path, 1);
    expect(await hasLogBefore(path, 1)).toBe(false);
    expect(readdirSync(join(path, '_delta_log')).sort()).toEqual([
      '00000000000000000001.checkpoint.parquet',
      '00000000000000000001.json',
      '_last_checkpoint',
    ]);
    expect(await latest(path)).toEqual(before);
    expect(await idsOf(path)).toEqual([2]);
    await expect(idsOf(path, 0)).rejects.toMatchObject({ code: 'DELTA_VERSION_NOT_FOUND' });
    await replace(path, 3);
    expect((await latest(path)).transactions).toEqual({ app: 3 });
  });
});

describe('cleaning', () => {
  it('deletes the files that no version needs, and only those that are old enough', async () => {
    const path = await newTable();
    const first = await latest(path);
    await replace(path, 2);
    const second = await latest(path);
    writeFileSync(join(path, 'notes.txt'), 'not a data file');
    expect(await deleteUnusedFiles(second, { beforeMs: 1 })).toBe(0);
    const all = { beforeMs: Number.POSITIVE_INFINITY };
    expect(await deleteUnusedFiles(second, { ...all, spared: [first] })).toBe(0);
    expect(await deleteUnusedFiles(second, all)).toBe(1);
    expect(await idsOf(path)).toEqual([2]);
    expect(existsSync(join(path, 'notes.txt'))).toBe(true);
  });

  it('deletes what an unfinished write left', async () => {
    const path = await newTable();
    const [orphan] = await stage(path, 9);
    utimesSync(orphan?.file as string, 1, 1);
    expect(await deleteUnusedFiles(await latest(path), { beforeMs: 2000 })).toBe(1);
    expect(existsSync(orphan?.file as string)).toBe(false);
  });
});
