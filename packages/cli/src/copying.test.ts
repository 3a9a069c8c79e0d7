import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
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

/** A server over an empty store that can go and come back at the same address. */
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

it('copies only the experiments that are named, and says when there is no such', async () => {
  const { folder } = await storeWithRun();
  const target = join(temporaryFolder(), 'copy');
  const none = await tidemark('export', target, '-s', folder, '-e', 'pinguins');
  expect(none).toMatchObject({ code: 1, error: expect.stringContaining('penguins') });
  const one = await tidemark('export', target, '-s', folder, '-e', 'Default', '--json');
  expect(JSON.parse(one.out)).toMatchObject({ copied: { runs: 0 } });
});

it('refuses to copy a store into itself, and to import from nowhere', async () => {
  const { folder } = await storeWithRun();
  expect(await tidemark('import', folder, '--store', folder)).toMatchObject({ code: 1 });
  expect(await tidemark('import')).toMatchObject({ code: 2 });
});

it('brings a spool to its server, and removes it', async () => {
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

it('takes up what a training logged whose server was away from the start', async () => {
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

it('keeps a spool whose server is still away', async () => {
  const root = temporaryFolder();
  const { store: spool } = openSpool(root, 'http://127.0.0.1:9');
  await spool.createExperiment({ name: 'x', creationTimeMs: 1 });
  await spool.close();
  setForTest('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0');
  const away = await tidemark('sync', '--spool', root);
  expect(away).toMatchObject({ code: 1, error: expect.stringContaining('SERVER_UNREACHABLE') });
});

it('brings over what it can when one of several servers is away, and prints one list for programs', async () => {
  const { uri } = await movingServer();
  const root = temporaryFolder();
  setForTest('MLFLOW_HTTP_REQUEST_MAX_RETRIES', '0');
  // In the order of the folders' names: the one that is away comes before and after.
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
