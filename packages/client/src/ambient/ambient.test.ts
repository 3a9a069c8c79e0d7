import { type DatasetInput, MemoryStore, type Store } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { recordDatasetRead, startRun } from '../index.ts';

const QUIET = { environment: false } as const;

function dataset(name: string): DatasetInput {
  return {
    dataset: { name, digest: '1', sourceType: 'local', source: '{}' },
    tags: { 'mlflow.data.context': 'training' },
  };
}

async function datasetsOf(store: Store): Promise<Record<string, string[]>> {
  const runs = await store.runs({});
  return Object.fromEntries(
    runs.map(({ name, datasets }) => [name, datasets.map((input) => input.dataset.name)]),
  );
}

describe('a dataset that was read', () => {
  it('is recorded with the active run', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store, name: 'a' }, () => recordDatasetRead(dataset('open')));
    expect((await datasetsOf(store)).a).toContain('open');
  });

  it('is recorded with every run that starts afterwards, until another dataset is read', async () => {
    const store = new MemoryStore();
    const train = (name: string) => startRun({ ...QUIET, store, name }, () => {});
    await recordDatasetRead(dataset('features'));
    await recordDatasetRead(dataset('labels'));
    await train('first');
    await train('second');
    await recordDatasetRead(dataset('newer'));
    await train('third');
    expect(await datasetsOf(store)).toEqual({
      first: ['features', 'labels'],
      second: ['features', 'labels'],
      third: ['newer'],
    });
  });

  it('is recorded with a resumed run too, which keeps its name', async () => {
    const store = new MemoryStore();
    const { runId } = await startRun({ ...QUIET, store, name: 'a' }, (run) => run);
    await recordDatasetRead(dataset('for the resumed'));
    await expect(startRun({ store, runId, name: 'b' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await startRun({ ...QUIET, store, runId }, () => {});
    expect((await datasetsOf(store)).a).toContain('for the resumed');
  });
});
