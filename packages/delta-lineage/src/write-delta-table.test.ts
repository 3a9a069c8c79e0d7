import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Field, Float64, Int32, List, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendToDeltaTable, createDeltaTable, readDeltaTable } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

const penguins = new Table({
  species: vectorFromArray(['Adelie', 'Gentoo', null], new Utf8()),
  mass_g: vectorFromArray([3750, 5000, 4200.5], new Float64()),
  dives: vectorFromArray([[1, 2], null, []], new List(new Field('element', new Int32(), true))),
});

describe('a Delta table written from Arrow', () => {
  it('keeps every version', async () => {
    const path = join(folder, 'penguins');
    const first = await createDeltaTable(path, penguins.slice(0, 1), { name: 'penguins' });
    const second = await appendToDeltaTable(path, penguins.slice(1));
    expect(first).toMatchObject({ version: 0, rowCount: 1, fileCount: 1, path });
    expect(second).toMatchObject({ version: 1, rowCount: 2, tableId: first.tableId });

    const before = await readDeltaTable(path, { version: 0, record: false });
    const after = await readDeltaTable(path, { record: false });
    expect(before.table.toArray().map(String)).toEqual(penguins.slice(0, 1).toArray().map(String));
    expect(after.table.toArray().map(String)).toEqual(penguins.toArray().map(String));
    expect(before.dataset.snapshotDigest).not.toBe(after.dataset.snapshotDigest);
  });

  it('puts values into folders and nothing else beside them', async () => {
    const path = join(folder, 'penguins');
    await createDeltaTable(path, penguins, { partitionBy: ['species'] });
    expect((await readdir(path)).sort()).toEqual([
      '_delta_log',
      'species=Adelie',
      'species=Gentoo',
      'species=__HIVE_DEFAULT_PARTITION__',
    ]);
    const { table } = await readDeltaTable(path, { record: false });
    expect(table.toArray().map(String).sort()).toEqual(penguins.toArray().map(String).sort());
  });

  it('refuses to make a table where there is one', async () => {
    await createDeltaTable(folder, penguins);
    await expect(createDeltaTable(folder, penguins)).rejects.toMatchObject({
      code: 'DELTA_COMMIT_CONFLICT',
    });
  });
});
