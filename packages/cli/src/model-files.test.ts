import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel, openStore, startRun } from '@tidemark/client';
import {
  createModelVersion,
  createRegisteredModel,
  deleteRegisteredModel,
  purge,
  type RunId,
  renameRegisteredModel,
  type Store,
} from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServerProcess } from './testing/server-process.ts';
import { tidemark } from './testing/tidemark.ts';

const ADA = { name: 'ada', authenticated: false };

/** The location of a store: a folder, or a server of one. */
type Place = 'a folder' | 'a server';

async function storeAt(place: Place): Promise<{ store: Store; address: string; folder: string }> {
  const folder = temporaryFolder();
  if (place === 'a folder') {
    const address = join(folder, 'store');
    return { store: await openStore(address), address, folder };
  }
  const server = await startServerProcess('--store', join(folder, 'store'));
  onTestFinished(() => server.stop());
  return { store: await openStore(server.uri), address: server.uri, folder };
}

/** Returns a run with the files of a model among its artifacts, like MLflow 2, and a logged model. */
async function trained(store: Store): Promise<{ runId: string; modelId: string }> {
  return startRun({ environment: false, store, name: 'training' }, async (run) => {
    await run.logText('flavors: {}\n', 'model/MLmodel');
    await run.logText('1 2 3', 'model/data/weights');
    const content = new TextEncoder().encode('flavors: {}\n');
    const files = () => [{ path: 'MLmodel', content }];
    const { modelId } = await run.logModel({ name: 'net', files });
    return { runId: run.runId, modelId };
  });
}

describe.each<Place>(['a folder', 'a server'])('in %s', (place) => {
  it('a version of files of a run can be opened and downloaded, and leads to its run', async () => {
    const { store, address, folder } = await storeAt(place);
    const { runId } = await trained(store);
    await createRegisteredModel(store, { name: 'two', by: ADA });
    const sources = [`runs:/${runId}/model`, `mlflow-artifacts:/0/${runId}/artifacts/model`];
    for (const [at, source] of sources.entries()) {
      await createModelVersion(store, { name: 'two', source, runId: runId as RunId, by: ADA });
      const uri = `models:/two/${at + 1}`;
      const files = await openModel(uri, { store });
      expect(files.files.map(({ path }) => path)).toEqual(['MLmodel', 'data/weights']);
      expect(new TextDecoder().decode(await files.read('data/weights'))).toBe('1 2 3');
      expect([files.runId, files.modelId]).toEqual([runId, undefined]);

      const target = join(folder, `files-${at}`);
      const got = await tidemark('artifacts', 'get', uri, '-o', target, '--store', address);
      expect([got.code, got.error]).toEqual([0, '']);
      expect(readFileSync(join(target, 'data', 'weights'), 'utf8')).toBe('1 2 3');
      const lineage = await tidemark('lineage', uri, '--store', address);
      expect([lineage.code, lineage.error]).toEqual([0, '']);
      expect(lineage.out).toContain(runId);
    }
    const [version] = (await store.registry.read('two'))?.model.versions ?? [];
    expect(version?.artifactsDigest).toMatch(/^sha256:/);
    // Without any version the run has them under the same address, as in MLflow.
    const direct = await openModel(`runs:/${runId}/model`, { store });
    expect(direct.files).toHaveLength(2);
    await expect(openModel(`runs:/${runId}/none`, { store })).rejects.toMatchObject({
      code: 'LOGGED_MODEL_NOT_FOUND',
    });
  });

  it('a copy is independent when its source is renamed, deleted, or moved to another version', async () => {
    const { store, address } = await storeAt(place);
    const { runId, modelId } = await trained(store);
    for (const name of ['src', 'dst']) await createRegisteredModel(store, { name, by: ADA });
    for (const source of [`models:/${modelId}`, `runs:/${runId}/model`, 's3://bucket/model']) {
      await createModelVersion(store, { name: 'src', source, by: ADA });
    }
    const originals = (await store.registry.read('src'))?.model.versions ?? [];
    for (const { version } of originals) {
      await createModelVersion(store, { name: 'dst', source: `models:/src/${version}`, by: ADA });
    }
    // A copy of a copy.
    await createModelVersion(store, { name: 'dst', source: 'models:/dst/1', by: ADA });
    if (place === 'a folder') {
      await renameRegisteredModel(store, { name: 'src', newName: 'other', by: ADA });
    } else {
      const body = JSON.stringify({ name: 'src', new_name: 'other' });
      const headers = { 'content-type': 'application/json' };
      const route = `${address}/api/2.0/mlflow/registered-models/rename`;
      expect((await fetch(route, { method: 'POST', headers, body })).status).toBe(200);
    }
    await deleteRegisteredModel(store, { name: 'other', by: ADA });

    const copies = (await store.registry.read('dst'))?.model.versions ?? [];
    expect(copies.map(({ source, storageLocation }) => [source, storageLocation])).toEqual([
      ['models:/src/1', `models:/${modelId}`],
      ['models:/src/2', `runs:/${runId}/model`],
      ['models:/src/3', 's3://bucket/model'],
      ['models:/dst/1', `models:/${modelId}`],
    ]);
    const digests = originals.map(({ artifactsDigest }) => artifactsDigest);
    expect(copies.map(({ artifactsDigest }) => artifactsDigest)).toEqual([...digests, digests[0]]);
    expect(digests.map((digest) => digest === undefined)).toEqual([false, false, true]);
    for (const [number, path] of [
      [1, 'MLmodel'],
      [2, 'data/weights'],
      [4, 'MLmodel'],
    ] as const) {
      const files = await openModel(`models:/dst/${number}`, { store });
      expect((await files.read(path)).length).toBeGreaterThan(0);
      const uri = `models:/dst/${number}`;
      const got = await tidemark('artifacts', 'get', uri, path, '-o', '-', '--store', address);
      expect([got.code, got.error]).toEqual([0, '']);
      expect((await tidemark('lineage', uri, '--store', address)).out).toContain(runId);
    }
    await expect(openModel('models:/dst/3', { store })).rejects.toMatchObject({
      message: expect.stringContaining('s3://bucket/model'),
    });
    // Files that a copy needs cannot be purged.
    if (place === 'a folder') {
      await expect(purge(store, { run: runId as RunId }, { by: ADA })).rejects.toThrow(/dst/);
    }
  });
});

it('a server knows the files of a copy after its source version is deleted', async () => {
  const folder = temporaryFolder();
  const server = await startServerProcess('--store', join(folder, 'store'));
  onTestFinished(() => server.stop());
  const store = await openStore(server.uri);
  const { runId } = await trained(store);
  for (const name of ['src', 'dst']) await createRegisteredModel(store, { name, by: ADA });
  await createModelVersion(store, { name: 'src', source: `runs:/${runId}/model`, by: ADA });
  await createModelVersion(store, { name: 'dst', source: 'models:/src/1', by: ADA });
  await deleteRegisteredModel(store, { name: 'src', by: ADA });
  const ask = (path: string): Promise<Response> => fetch(`${server.uri}${path}`);
  const uri = '/api/2.0/mlflow/model-versions/get-download-uri?name=dst&version=1';
  expect(await (await ask(uri)).json()).toEqual({
    artifact_uri: `mlflow-artifacts:/0/${runId}/artifacts/model`,
  });
  const file = '/model-versions/get-artifact?name=dst&version=1&path=data/weights';
  expect(await (await ask(file)).text()).toBe('1 2 3');
});
