import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type DatasetInput, MemoryStore, type Store } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import {
  activeRun,
  openModel,
  openStore,
  recordDatasetRead,
  registerModel,
  startRun,
} from './index.ts';

const QUIET = { environment: false } as const;

function dataset(name: string): DatasetInput {
  return {
    dataset: { name, digest: '1', sourceType: 'local', source: '{}' },
    tags: { 'mlflow.data.context': 'training' },
  };
}

describe('bad input changes nothing', () => {
  const bad: [string, string, (store: Store) => Promise<unknown>][] = [
    [
      'an unknown experiment id',
      'EXPERIMENT_NOT_FOUND',
      (store) => startRun({ store, experimentId: '42' }),
    ],
    ['a blank experiment name', 'INVALID_KEY', (store) => startRun({ store, experiment: ' ' })],
    ['a bad tag key', 'INVALID_KEY', (store) => startRun({ store, tags: { '../x': '1' } })],
    ['a malformed run id', 'INVALID_ID', (store) => startRun({ store, runId: '../x' })],
    ['an unknown run', 'RUN_NOT_FOUND', (store) => startRun({ store, runId: 'f'.repeat(32) })],
    ['an unknown model', 'MODEL_NOT_FOUND', (store) => openModel('models:/none/1', { store })],
    [
      'a misspelt option',
      'INVALID_ARGUMENT',
      (store) => startRun({ store, experimant: 'x' } as never),
    ],
    [
      'a dataset that MLflow could not store',
      'INVALID_ARGUMENT',
      () =>
        recordDatasetRead({
          dataset: { ...dataset('x').dataset, digest: 'd'.repeat(64) },
          tags: {},
        }),
    ],
    [
      'a malformed model address',
      'MODEL_URI_INVALID',
      (store) => openModel('penguins/1', { store }),
    ],
    [
      'an unknown logged model',
      'LOGGED_MODEL_NOT_FOUND',
      (store) => registerModel({ store, name: 'p', model: 'models:/m-1' }),
    ],
  ];

  it.each(bad)('%s is refused with %s', async (_, code, act) => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    await expect(act(store)).rejects.toMatchObject({ code });
    expect(existsSync(folder)).toBe(false);
    expect(activeRun()).toBeUndefined();
  });

  it.each([
    ['a bad metric key', 'INVALID_KEY', { '/abs': 1 }, {}],
    ['a metric that is text', 'INVALID_ARGUMENT', { a: '1' as unknown as number }, {}],
    ['a fractional step', 'INVALID_ARGUMENT', { a: 1 }, { step: 0.5 }],
    ['a time before 1970', 'INVALID_ARGUMENT', { a: 1 }, { timestampMs: -1 }],
  ] as const)('%s is refused with %s', async (_, code, metrics, options) => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store }, async (run) => {
      await expect(run.logMetrics({ good: 1, ...metrics }, options)).rejects.toMatchObject({
        code,
      });
    });
    expect((await store.runs({}))[0]?.metrics).toEqual({});
  });

  it('another value of a param, an artifact path that leaves its folder, and a missing file are refused', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    await startRun({ ...QUIET, store }, async (run) => {
      await run.logParam('lr', 0.1);
      await expect(run.logParams({ fresh: 1, lr: 0.2 })).rejects.toMatchObject({
        code: 'PARAM_CONFLICT',
      });
      await expect(run.logText('x', '../x')).rejects.toMatchObject({
        code: 'ARTIFACT_PATH_UNSAFE',
      });
      await expect(run.logArtifact('/nowhere/at/all')).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
    });
    const [run] = await store.runs({});
    expect(run?.params).toEqual({ lr: '0.1' });
    expect(run?.artifacts).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([
      '.gitattributes',
      '.gitignore',
      'index',
      'logs',
      'store.json',
    ]);
  });
});

describe('openStore', () => {
  it.each([
    ['sqlite:///mlflow.db', 'tidemark import'],
    ['postgresql://ada:secret@host/db', 'tidemark import'],
    ['databricks-uc', 'Unity Catalog'],
    ['s3://bucket/x', 'folder'],
    ['file://host/share', 'file:///absolute/path'],
    ['databricks://profile', 'DATABRICKS_HOST'],
    ['mysql://ada:p@secret@host', 'tidemark import'],
  ])('refuses %s, and says what to do', async (address, wayOut) => {
    const refused = openStore(address);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_URI_UNSUPPORTED' });
    await expect(refused).rejects.toThrow(wayOut);
    await expect(refused).rejects.not.toThrow('secret');
  });

  it('opens a store once, however its address is spelled', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    expect(await openStore(`${folder}/../store/`)).toBe(store);
    expect(await openStore(`file://${folder}`)).toBe(store);
    expect(await openStore(`file:${relative(process.cwd(), folder)}`)).toBe(store);
  });
});
