import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import {
  createModelVersion,
  createRegisteredModel,
  deleteModelVersion,
  setAlias,
} from '@tidemark/core';
import { openFileStore, openSpool } from '@tidemark/core/node';
import { createServer } from '@tidemark/server';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { tidemark } from './testing/tidemark.ts';

async function storeWithRun(
  folder = temporaryFolder(),
): Promise<{ folder: string; runId: string }> {
  const store = openFileStore(folder);
  const run = await startRun({ store, experiment: 'penguins', name: 'first' });
  await run.logParam('lr', 0.1);
  for (let step = 0; step < 3; step += 1) await run.logMetric('loss', 1 / (step + 1), { step });
  await run.logText('hello', 'a/note.txt');
  await run.end();
  await store.close();
  return { folder, runId: run.runId };
}

/** Starts a server over an empty store that can go away and come back at the same address. */
async function movingServer(): Promise<{
  uri: string;
  stop: () => Promise<void>;
  start: () => Promise<void>;
}> {
  const store = openFileStore(temporaryFolder());
  let server = await createServer({ store });
  const uri = await server.listen({ port: 0 });
  onTestFinished(async () => {
    await server.close();
    await store.close();
  });
  return {
    uri,
    stop: () => server.close(),
    start: async () => {
      server = await createServer({ store });
      await server.listen({ port: Number(new URL(uri).port) });
    },
  };
}

function setForTest(name: string, value: string): void {
  process.env[name] = value;
  onTestFinished(() => {
    delete process.env[name];
  });
}

it('a copy that leaves something out exits with 3, even on a dry run, and prints the list', async () => {
  const { folder, runId } = await storeWithRun();
  const target = join(temporaryFolder(), 'copy');
  expect(await tidemark('export', target, '--store', folder)).toMatchObject({ code: 0 });
  expect(await tidemark('runs', 'delete', runId, '--store', target)).toMatchObject({ code: 0 });
  const commands = [
    ['export', target, '--store', folder],
    ['import', folder, '--store', target],
  ];
  for (const command of commands) {
    for (const options of [[], ['--dry-run'], ['--json']]) {
      const { code, out, error } = await tidemark(...command, ...options);
      expect([code, error]).toEqual([3, expect.stringMatching(/^tidemark: 1 thing .*left out\./)]);
      expect(out).toContain(`run ${runId}`);
    }
  }
});

it('an import of an MLflow folder that leaves a run out exits with 3', async () => {
  const folder = temporaryFolder();
  const id = '0'.repeat(31).concat('1');
  const run = join(folder, '0', id);
  mkdirSync(join(run, 'metrics'), { recursive: true });
  writeFileSync(
    join(folder, '0', 'meta.yaml'),
    "artifact_location: mlflow-artifacts:/0\ncreation_time: 1\nexperiment_id: '0'\nlast_update_time: 1\nlifecycle_stage: active\nname: Default\n",
  );
  writeFileSync(
    join(run, 'meta.yaml'),
    `artifact_uri: mlflow-artifacts:/0/${id}/artifacts\nend_time: 2\nentry_point_name: ''\nexperiment_id: '0'\nlifecycle_stage: active\nrun_id: ${id}\nrun_name: first\nrun_uuid: ${id}\nsource_name: ''\nsource_type: 4\nsource_version: ''\nstart_time: 1\nstatus: 3\ntags: []\nuser_id: ada\n`,
  );
  writeFileSync(join(run, 'metrics', 'loss'), '17\n');
  const target = join(temporaryFolder(), 'store');
  const { code, out } = await tidemark('import', 'mlruns', folder, '--store', target);
  expect(code).toBe(3);
  expect(out).toContain(id);
});

it('exports a store to a server, and imports it from there into another', async () => {
  const { folder, runId } = await storeWithRun();
  const { uri } = await movingServer();
  const exported = await tidemark('export', uri, '--store', folder);
  expect(exported).toMatchObject({ code: 0, error: '' });
  expect(exported.out).toMatch(/1 run, with \d+ metric points/);
  const target = join(temporaryFolder(), 'copy');
  expect(await tidemark('import', uri, '--store', target)).toMatchObject({ code: 0, error: '' });
  const shown = await tidemark('runs', 'show', runId, '--store', target, '--json');
  expect(JSON.parse(shown.out)).toMatchObject({
    name: 'first',
    status: 'FINISHED',
    params: { lr: '0.1' },
    artifacts: expect.arrayContaining([expect.objectContaining({ path: 'a/note.txt' })]),
  });
  const again = await tidemark('import', uri, '--store', target, '--json');
  expect(JSON.parse(again.out)).toMatchObject({
    copied: { runs: 0, metricPoints: 0 },
    alreadyThere: { runs: 1 },
  });
});

it('keeps the numbers that a server gives to versions, reports them, and finds them again', async () => {
  const by = { name: 'ada', authenticated: false };
  const folder = temporaryFolder();
  const store = openFileStore(folder);
  await createRegisteredModel(store, { name: 'penguins', by });
  for (const source of ['s3://b/one', 's3://b/two', 's3://b/three']) {
    await createModelVersion(store, { name: 'penguins', source, by });
  }
  await deleteModelVersion(store, { name: 'penguins', version: 1, by });
  await setAlias(store, { name: 'penguins', alias: 'champion', version: 3, by });
  await store.close();
  const { uri } = await movingServer();
  const { code, out } = await tidemark('export', uri, '--store', folder);
  expect(code).toBe(0);
  expect(out).toMatch(/Version 2 is version 1 in http/);
  expect(out).toMatch(/Version 3 is version 2 in http/);
  const server = await openStore(uri);
  const versions = async () => {
    const entry = await server.registry.read('penguins');
    const all = entry?.model.versions ?? [];
    return all.map(({ version, source, aliases }) => [version, source, aliases]);
  };
  const expected = [
    [1, 's3://b/two', []],
    [2, 's3://b/three', ['champion']],
  ];
  expect(await versions()).toEqual(expected);
  const again = await tidemark('export', uri, '--store', folder, '--json');
  expect(JSON.parse(again.out)).toMatchObject({
    alreadyThere: { registeredModels: 1 },
    problems: [],
  });
  expect(await versions()).toEqual(expected);
  // Copied back, they are recognised as the original versions.
  const back = await tidemark('import', uri, '--store', folder, '--json');
  expect(JSON.parse(back.out)).toMatchObject({
    alreadyThere: { registeredModels: 1 },
    problems: [],
  });
});

it('copies only the named experiments, and reports an unknown one', async () => {
  const { folder } = await storeWithRun();
  const target = join(temporaryFolder(), 'copy');
  const none = await tidemark('export', target, '-s', folder, '-e', 'pinguins');
  expect(none).toMatchObject({ code: 1, error: expect.stringContaining('penguins') });
  const one = await tidemark('export', target, '-s', folder, '-e', 'Default', '--json');
  expect(JSON.parse(one.out)).toMatchObject({ copied: { runs: 0 } });
});

it('refuses to copy a store into itself, and to import without an address', async () => {
  const { folder } = await storeWithRun();
  expect(await tidemark('import', folder, '--store', folder)).toMatchObject({ code: 1 });
  expect(await tidemark('import')).toMatchObject({ code: 2 });
});

it('copies a spool to its server, and removes it', async () => {
  const { uri } = await movingServer();
  const root = temporaryFolder();
  const { store: spool, release } = openSpool(root, uri);
  const { runId } = await spool.createRun({
    experimentId: '0' as never,
    name: 'offline',
    userId: 'ada',
    startTimeMs: 1,
  });
  await spool.append([{ kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 2 }]);
  const early = await tidemark('sync', '--spool', root);
  expect(early).toMatchObject({ code: 0, error: expect.stringContaining('may still write') });
  await spool.close();
  release();
  const synced = await tidemark('sync', '--spool', root);
  expect(synced).toMatchObject({ code: 0, error: '' });
  const server = await openStore(uri, { spool: false });
  expect(await server.runs({ runIds: [runId] })).toMatchObject([{ name: 'offline' }]);
  expect(existsSync(root)).toBe(true);
  const again = await tidemark('sync', '--spool', root);
  expect(again.out).toContain('Nothing is waiting');
});

it('copies the spool of a training whose server was unreachable from the start', async () => {
  const { uri, stop, start } = await movingServer();
  await stop();
  const root = temporaryFolder();
  setForTest('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0');
  const store = await openStore(uri, { spool: root });
  const { runId } = await startRun({ store, experiment: 'offline' }, async (run) => {
    await run.logMetric('loss', 0.5, { step: 1 });
    await run.logText('hello', 'note.txt');
    return run;
  });
  await store.close();
  await start();
  expect(await tidemark('sync', '--spool', root)).toMatchObject({ code: 0, error: '' });
  const shown = await tidemark('runs', 'show', runId, '--store', uri, '--json');
  expect(JSON.parse(shown.out)).toMatchObject({
    status: 'FINISHED',
    artifacts: expect.arrayContaining([expect.objectContaining({ path: 'note.txt' })]),
  });
});

it('a sync that leaves something out exits with 3, keeps the spool, and prints the list', async () => {
  const { uri } = await movingServer();
  const offline = { store: uri, environment: false, experiment: 'offline' };
  const { runId } = await startRun(offline, (run) => run);
  const root = temporaryFolder();
  const { store: spool, release } = openSpool(root, uri);
  const { experimentId } = await spool.createExperiment({ name: 'offline', creationTimeMs: 1 });
  const draft = { experimentId, name: 'offline', userId: 'ada', startTimeMs: 1 };
  await spool.createRun({ ...draft, runId });
  await spool.append([{ kind: 'params', run: runId, params: { lr: '0.1' } }]);
  await spool.close();
  release();
  expect(await tidemark('runs', 'delete', runId, '--store', uri)).toMatchObject({ code: 0 });
  for (const options of [[], ['--json']]) {
    const synced = await tidemark('sync', '--spool', root, ...options);
    expect([synced.code, synced.error]).toEqual([3, expect.stringMatching(/1 thing .*left out\./)]);
    expect(synced.out).toContain(`run ${runId}`);
  }
  expect(readdirSync(root)).toHaveLength(1);
});

it('keeps a spool whose server is still unreachable', async () => {
  const root = temporaryFolder();
  const { store: spool } = openSpool(root, 'http://127.0.0.1:9');
  await spool.createExperiment({ name: 'x', creationTimeMs: 1 });
  await spool.close();
  setForTest('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0');
  const away = await tidemark('sync', '--spool', root);
  expect(away).toMatchObject({ code: 1, error: expect.stringContaining('SERVER_UNREACHABLE') });
});

it('copies what it can when one of several servers is unreachable, and prints one list for programs', async () => {
  const { uri } = await movingServer();
  const root = temporaryFolder();
  setForTest('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0');
  // In the order of the folders' names: the unreachable one comes before and after.
  for (const address of ['http://127.0.0.1:9', uri, uri, 'http://localhost:9']) {
    const { store, release } = openSpool(root, address);
    await store.createExperiment({ name: 'x', creationTimeMs: 1 });
    await store.close();
    release();
  }
  const synced = await tidemark('sync', '--spool', root, '--json');
  expect(synced).toMatchObject({ code: 1, error: expect.stringContaining('SERVER_UNREACHABLE') });
  expect(JSON.parse(synced.out)).toMatchObject([
    { store: uri, copied: { experiments: 1 } },
    { store: uri, copied: { experiments: 0 } },
  ]);
  expect(readdirSync(root)).toHaveLength(2);
  const nothing = await tidemark('sync', '--spool', temporaryFolder(), '--json');
  expect(JSON.parse(nothing.out)).toEqual([]);
});
