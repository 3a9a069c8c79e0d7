import { join } from 'node:path';
import { openStore, recordDatasetRead, registerModel, startRun } from '@tidemark/client';
import { MemoryStore } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { tableFromArrays } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readDeltaTable } from '../scan/read-delta-table.ts';
import { appendToDeltaTable, createDeltaTable } from '../write/write-delta-table.ts';
import { modelLineage } from './model-lineage.ts';
import { readDatasetVersion } from './read-dataset-version.ts';

const QUIET = { environment: false } as const;
const files = () => [{ path: 'weights', content: new Uint8Array(4) }];

describe('the lineage of a model version', () => {
  it('leads to the table version, whose rows can be read again', async () => {
    const base = temporaryFolder();
    const table = join(base, 'table');
    await createDeltaTable(table, tableFromArrays({ x: Float64Array.of(1, 2) }));
    await appendToDeltaTable(table, tableFromArrays({ x: Float64Array.of(3) }));
    const store = await openStore(join(base, 'store'));
    const model = await startRun({ ...QUIET, store, name: 'training' }, async (run) => {
      await readDeltaTable(table, { version: 0 });
      return run.logModel({ name: 'm', files });
    });
    await registerModel({ store, name: 'penguins', model });
    await appendToDeltaTable(table, tableFromArrays({ x: Float64Array.of(4) }));

    const lineage = await modelLineage('models:/penguins/1', { store });
    expect(lineage.version?.version).toBe(1);
    for (const address of ['models:/penguins/None', 'models:/penguins/latest']) {
      expect(await modelLineage(address, { store })).toEqual({ ...lineage, uri: address });
    }
    expect(lineage.model?.modelId).toBe(model.modelId);
    expect(lineage.runs.map(({ name }) => name)).toEqual(['training']);
    // Tests of this process may have read other tables before.
    const [read, ...others] = lineage.datasets.filter(({ version }) => version?.uri === table);
    expect(others).toEqual([]);
    const pinned = read?.version;
    expect(pinned).toMatchObject({ uri: table, version: 0, rowCount: 2 });
    const again = await readDatasetVersion(pinned as NonNullable<typeof pinned>, { record: false });
    expect(Array.from(again.table.getChild('x') ?? [])).toEqual([1, 2]);
  });

  it('includes what the parents of a nested run read', async () => {
    const store = new MemoryStore();
    const input = {
      dataset: { name: 'd', digest: '1', sourceType: 'local', source: '{}' },
      tags: {},
    };
    const model = await startRun({ ...QUIET, store, name: 'outer' }, async () => {
      await recordDatasetRead(input);
      return startRun({ ...QUIET, store, name: 'inner', nested: true }, (run) =>
        run.logModel({ name: 'm', files }),
      );
    });
    const lineage = await modelLineage(`models:/${model.modelId}`, { store });
    expect(lineage.runs.map(({ name }) => name)).toEqual(['inner', 'outer']);
    const read = lineage.datasets.filter(({ runId }) => runId === lineage.runs[1]?.runId);
    expect(read).toContainEqual({ input, runId: lineage.runs[1]?.runId });
  });

  it('stops at a cycle of parents, and at a tag that does not name a run', async () => {
    const store = new MemoryStore();
    const model = await startRun({ ...QUIET, store }, async (run) => {
      await run.setTag('mlflow.parentRunId', run.runId);
      return run.logModel({ name: 'm', files });
    });
    const address = `models:/${model.modelId}`;
    expect((await modelLineage(address, { store })).runs).toHaveLength(1);
    const runId = model.sourceRunId as NonNullable<typeof model.sourceRunId>;
    await store.append([{ kind: 'tags', run: runId, tags: { 'mlflow.parentRunId': '../x' } }]);
    expect((await modelLineage(address, { store })).runs).toHaveLength(1);
  });

  it('is refused for an unknown model, and the error says what to do', async () => {
    await expect(
      modelLineage('models:/none/1', { store: new MemoryStore() }),
    ).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('tidemark models'),
    });
  });
});
