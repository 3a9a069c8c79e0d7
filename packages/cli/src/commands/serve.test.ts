import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import type { RunId } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import { startServerProcess } from '../testing/server-process.ts';
import { tidemark } from '../testing/tidemark.ts';

async function start(...options: string[]) {
  const server = await startServerProcess(...options);
  onTestFinished(() => server.stop());
  return server;
}

it('finishes what it accepted when it is asked to end, and keeps it', async () => {
  const folder = join(temporaryFolder(), 'store');
  const server = await start('--store', folder);
  const created = await fetch(`${server.uri}/api/2.0/mlflow/runs/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ experiment_id: '0', run_name: 'slow upload' }),
  });
  const { run } = (await created.json()) as { run: { info: { run_id: string } } };
  const runId = run.info.run_id as RunId;

  const path = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/weights.bin`;
  const headers = { expect: '100-continue' };
  const upload = request(`${server.uri}${path}`, { method: 'PUT', headers });
  const answered = once(upload, 'response');
  // Said once the server has read the headers.
  await once(upload, 'continue');
  upload.write('the first half, ');
  const ended = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  await expectRefused(server.uri);
  upload.end('and the second');

  const [answer] = await answered;
  expect(answer.statusCode).toBe(200);
  answer.resume();
  expect(await ended).toEqual([0, null]);
  const store = openFileStore(folder);
  const [kept] = await store.runs({ runIds: [runId] });
  expect(kept).toMatchObject({
    name: 'slow upload',
    artifacts: [{ path: 'weights.bin', sizeBytes: 30 }],
  });
  await store.close();
});

it('does not let other machines in where nobody logs in', async () => {
  const { code, error } = await tidemark(
    ...['server', '--host', '0.0.0.0', '--port', '0'],
    ...['--store', join(temporaryFolder(), 'store')],
  );
  expect([code, error]).toEqual([1, expect.stringContaining('[SERVER_EXPOSED]')]);
});

it('says what to do when its port is taken', async () => {
  const server = await start('--store', join(temporaryFolder(), 'store'));
  const { code, error } = await tidemark(
    ...['server', '--port', new URL(server.uri).port],
    ...['--store', join(temporaryFolder(), 'another')],
  );
  expect(code).toBe(1);
  expect(error).toContain('is in use: stop what listens there, or give another with --port');
});

/** Waits until the server takes no new connections. */
async function expectRefused(uri: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const isClosed = await fetch(`${uri}/health`, { headers: { connection: 'close' } }).then(
      ({ status }) => status === 503,
      () => true,
    );
    if (isClosed) return;
    if (Date.now() > deadline) throw new Error('the server still takes requests');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
