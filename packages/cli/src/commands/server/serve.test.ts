import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunId } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished } from 'vitest';
import {
  type ServerProcess,
  serverCommand,
  startServerLeftWithin,
  startServerProcess,
} from '../../testing/server-process.ts';
import { tidemark } from '../../testing/tidemark.ts';

/** Seconds that are enough even on a busy machine. */
const HANG_S = 900;

async function start(...options: string[]) {
  const server = await startServerProcess(...options);
  onTestFinished(() => server.stop());
  return server;
}

/** Starts a server with a short grace period for requests and a long time to end after it. */
async function startWithShortGrace() {
  const store = join(temporaryFolder(), 'store');
  const server = await startServerLeftWithin(HANG_S * 1000, { store, grace: 0.2 });
  onTestFinished(() => server.stop());
  return server;
}

it('finishes active requests after SIGTERM, and keeps their writes', async () => {
  const folder = join(temporaryFolder(), 'store');
  const server = await start('--store', folder, '--grace', String(HANG_S));
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
  // Sent after the server has read the headers.
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

/** Starts to upload a file over a kept connection. It resolves when the server has the headers. */
async function beginUpload(server: ServerProcess, agent: Agent): Promise<ClientRequest> {
  const created = await fetch(`${server.uri}/api/2.0/mlflow/runs/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ experiment_id: '0' }),
  });
  const { run } = (await created.json()) as { run: { info: { run_id: string } } };
  const path = `/api/2.0/mlflow-artifacts/artifacts/0/${run.info.run_id}/artifacts/weights.bin`;
  const headers = { expect: '100-continue' };
  const upload = request(`${server.uri}${path}`, { method: 'PUT', headers, agent });
  await once(upload, 'continue');
  upload.write('the first half, ');
  return upload;
}

it('ends after the last keep-alive answer, without waiting for its connection', async () => {
  const store = join(temporaryFolder(), 'store');
  const server = await start('--store', store, '--grace', String(HANG_S));
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const upload = await beginUpload(server, agent);
  const ended = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  await expectRefused(server.uri);
  const answered = once(upload, 'response');
  upload.end('and the second');
  const [answer] = await answered;
  expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
  answer.resume();
  expect(await ended).toEqual([0, null]);
});

it("ends when npm's shell between it and a supervisor ends", async (ctx) => {
  if (process.platform === 'win32') return ctx.skip('there is no sh');
  const folder = join(temporaryFolder(), 'store');
  // npx runs a command like this: in a shell that dies of SIGTERM and does not pass it on.
  const shell = spawn(
    'sh',
    ['-c', '"$0" "$@"; exit $?', ...(await serverCommand('--store', folder))],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, npm_lifecycle_event: 'npx' },
    },
  );
  // The server holds the pipe until it has ended.
  const gone = once(shell, 'close');
  for await (const line of createInterface(shell.stdout)) if (line.includes('http://')) break;
  shell.stdout.resume();
  shell.kill('SIGTERM');
  expect(await gone).toEqual([null, 'SIGTERM']);
});

it('cuts off a request that does not finish within the grace period, and logs it', async () => {
  const server = await startWithShortGrace();
  let printed = '';
  server.process.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const upload = await beginUpload(server, agent);
  const cut = once(upload, 'error');
  const ended = once(server.process, 'close');
  server.process.kill('SIGTERM');
  await cut;
  expect(await ended).toEqual([0, null]);
  expect(printed).toContain('request cut off: not finished when the server ended');
  expect(printed).toContain('/artifacts/weights.bin');
});

it('ends even if a client never reads its answer', async () => {
  const server = await startWithShortGrace();
  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  const upload = await beginUpload(server, agent);
  const { path } = upload;
  // More than the buffers of a connection hold.
  upload.end(Buffer.alloc(64 * 1024 * 1024));
  const [stored] = (await once(upload, 'response')) as [IncomingMessage];
  stored.resume();
  const deaf = connect(Number(new URL(server.uri).port), '127.0.0.1');
  deaf.on('error', () => undefined);
  deaf.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await once(deaf, 'readable');
  const ended = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  deaf.destroy();
});

/** Starts a store behind a server that answers when the test lets it, and a Tidemark server in front of it. */
async function startBeforeSilentStore(closingMs: number, grace: number) {
  const held: ServerResponse[] = [];
  const silent = createServer(({ url = '' }, response) => {
    if (url.includes('/experiments/search')) held.push(response);
    else response.writeHead(404).end('{}');
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.close();
    silent.closeAllConnections();
  });
  const { port } = silent.address() as AddressInfo;
  const store = `http://127.0.0.1:${port}`;
  const server = await startServerLeftWithin(closingMs, { store, grace });
  onTestFinished(() => void server.process.kill('SIGKILL'));
  /** A request that waits for the store. */
  const ask = async (): Promise<{ answered: Promise<Response>; waiting: ServerResponse }> => {
    const before = held.length;
    const answered = fetch(`${server.uri}/api/2.0/mlflow/experiments/get?experiment_id=1`);
    answered.catch(() => undefined);
    await expect.poll(() => held.length).toBe(before + 1);
    return { answered, waiting: held[before] as ServerResponse };
  };
  return { server, ask };
}

it('finishes a request that its store answers, even if the store does not answer another one', async () => {
  const { server, ask } = await startBeforeSilentStore(HANG_S * 1000, HANG_S);
  const { answered, waiting } = await ask();
  await ask();
  server.process.kill('SIGTERM');
  await expectRefused(server.uri);
  const experiment = { experiment_id: '1', name: 'kept', lifecycle_stage: 'active' };
  waiting.writeHead(200, { 'content-type': 'application/json' });
  waiting.end(JSON.stringify({ experiments: [experiment] }));
  const answer = await answered;
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ experiment: { name: 'kept' } });
});

it('ends in bounded time even when its store does not answer', async () => {
  const { server, ask } = await startBeforeSilentStore(200, 0.3);
  let printed = '';
  server.process.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const { answered } = await ask();
  const gone = once(server.process, 'close');
  server.process.kill('SIGTERM');
  await expect(answered).rejects.toThrow();
  expect(await gone).toEqual([1, null]);
  expect(printed).toContain('cut off what still ran 0.5 s after the server was stopped.');
});

it('refuses to listen for other machines without logins', async () => {
  const { code, error } = await tidemark(
    ...['server', '--host', '0.0.0.0', '--port', '0'],
    ...['--store', join(temporaryFolder(), 'store')],
  );
  expect([code, error]).toEqual([1, expect.stringContaining('[SERVER_EXPOSED]')]);
});

it('refuses a port that is in use, and says what to do', async () => {
  const server = await start('--store', join(temporaryFolder(), 'store'));
  const { code, error } = await tidemark(
    ...['server', '--port', new URL(server.uri).port],
    ...['--store', join(temporaryFolder(), 'another')],
  );
  expect(code).toBe(1);
  expect(error).toContain(
    'is in use: stop the program that listens there, or give another port with --port',
  );
});

/** Waits until the server refuses new connections. */
async function expectRefused(uri: string): Promise<void> {
  const isRefused = () =>
    fetch(`${uri}/health`, { headers: { connection: 'close' } }).then(
      ({ status }) => status === 503,
      () => true,
    );
  await expect.poll(isRefused).toBe(true);
}
