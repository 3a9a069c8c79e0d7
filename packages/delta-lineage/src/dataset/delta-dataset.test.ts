import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { activeRun, openStore, startRun } from '@tidemark/client';
import { deltaDatasetVersion } from '@tidemark/core';
import { Float64, Int32, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appendToDeltaTable,
  createDeltaTable,
  readDatasetVersion,
  readDeltaTable,
} from '../index.ts';

let folder: string;
let path: string;
const penguins = new Table({
  species: vectorFromArray(['Adelie', 'Gentoo'], new Utf8()),
  mass_g: vectorFromArray([3750, 5000], new Float64()),
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delta-dataset-'));
  path = join(folder, 'penguins');
  await createDeltaTable(path, penguins);
});
afterEach(() => rm(folder, { recursive: true }));

describe('a read of a Delta table', () => {
  it('is a dataset in the form of MLflow, with its version even if it is 0', async () => {
    const { dataset, input, snapshot } = await readDeltaTable(path, { record: false });
    expect(input.tags).toEqual({ 'mlflow.data.context': 'training' });
    expect(input.dataset).toMatchObject({ name: 'penguins', sourceType: 'delta_table' });
    expect(JSON.parse(input.dataset.source)).toEqual({
      path,
      delta_table_version: 0,
      delta_table_id: snapshot.tableId,
      snapshot_digest: dataset.snapshotDigest,
    });
    expect(dataset.snapshotDigest).toBe(
      `delta-snapshot-v1:${dataset.snapshotDigest.split(':')[1]}`,
    );
    expect(dataset.snapshotDigest).toContain(input.dataset.digest);
    expect(input.dataset.digest.length).toBeLessThanOrEqual(36);
    expect(JSON.parse(input.dataset.schema ?? '')).toEqual({
      mlflow_colspec: [
        { name: 'species', type: 'string', required: false },
        { name: 'mass_g', type: 'double', required: false },
      ],
    });
    expect(JSON.parse(input.dataset.profile ?? '')).toEqual({ num_rows: 2 });
    expect(deltaDatasetVersion(input.dataset)).toEqual(dataset);
  });

  it('has the name of the table and the given context', async () => {
    const named = join(folder, 'folder');
    await createDeltaTable(named, penguins, { name: 'birds' });
    const { input } = await readDeltaTable(named, { context: 'eval', record: false });
    expect(input.dataset.name).toBe('birds');
    expect(input.tags).toEqual({ 'mlflow.data.context': 'eval' });
  });

  it('is recorded by the active run, or by the next one that starts', async () => {
    const store = await openStore('memory:');
    await appendToDeltaTable(path, penguins);
    const before = await readDeltaTable(path, { version: 0 });
    const { runId, during } = await startRun({ store }, async (run) => {
      await readDeltaTable(path, { columns: ['species'], context: 'unseen', record: false });
      return { runId: run.runId, during: await readDeltaTable(path, { context: 'eval' }) };
    });
    expect(activeRun()).toBeUndefined();
    const [run] = await store.runs({ runIds: [runId] });
    // Tests of this process may have read other tables before.
    const recorded = run?.datasets.filter(({ dataset }) => dataset.source.includes(path));
    expect(recorded).toHaveLength(2);
    expect(recorded).toEqual(expect.arrayContaining([before.input, during.input]));
  });

  it.each([
    ['another kind of source', { sourceType: 'local', source: '{}' }],
    ['a record of Python’s MLflow', { sourceType: 'delta_table', source: '{"path":"x"}' }],
    ['a source that is not JSON', { sourceType: 'delta_table', source: 'x' }],
  ])('is not recognised in %s', (_, source) => {
    expect(deltaDatasetVersion({ name: 'x', digest: 'x', ...source })).toBeUndefined();
  });
});

describe('a dataset version that was recorded', () => {
  it('can be read again after the table has changed', async () => {
    const { dataset } = await readDeltaTable(path, { record: false });
    await appendToDeltaTable(path, penguins);
    const again = await readDatasetVersion(dataset, { record: false, columns: ['mass_g'] });
    expect(again.table.toArray().map(String)).toEqual(['{"mass_g": 3750}', '{"mass_g": 5000}']);
    expect(again.dataset).toEqual(dataset);
  });

  it('is refused for another table that was created at the same path', async () => {
    const { dataset } = await readDeltaTable(path, { record: false });
    rmSync(path, { recursive: true });
    await createDeltaTable(path, penguins);
    await expect(readDatasetVersion(dataset, { record: false })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining('another table'),
    });
  });
});

describe('columns', () => {
  it('are returned in the requested order, and an unknown or repeated name is refused', async () => {
    const { table } = await readDeltaTable(path, { columns: ['mass_g', 'species'], record: false });
    expect(table.schema.names).toEqual(['mass_g', 'species']);
    expect((await readDeltaTable(path, { columns: [], record: false })).table.numRows).toBe(2);
    for (const columns of [['mass'], ['species', 'species']]) {
      await expect(readDeltaTable(path, { columns, record: false })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });

  it('can have the names of columns that DuckDB adds', async () => {
    const number = vectorFromArray([1, 2], new Int32());
    const reserved = new Table({ filename: number, file_row_number: number, file_index: number });
    const odd = join(folder, "it's a [table] with 100% * odd names");
    await createDeltaTable(odd, reserved, { partitionBy: ['file_index'] });
    const { table } = await readDeltaTable(odd, { record: false });
    expect(table.toArray().map(String).sort()).toEqual(reserved.toArray().map(String).sort());
  });
});
