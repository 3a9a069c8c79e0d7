import { join } from 'node:path';
import { Writable } from 'node:stream';
import { MemoryStore } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { writeAuthFile } from './auth/auth-file.ts';
import { addToken, addUser } from './auth/edit-users.ts';
import { createOperatedServer, type OperatedServerOptions } from './operated-server.ts';
import { attackedServer } from './testing/attacked-server.ts';

const SEARCH = '/api/2.0/mlflow/experiments/search?max_results=5';
const CREATE = '/api/2.0/mlflow/experiments/create';

async function operated(options: Partial<OperatedServerOptions> = {}) {
  const lines: string[] = [];
  const logTo = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const server = await createOperatedServer({ store: new MemoryStore(), logTo, ...options });
  onTestFinished(() => server.close());
  return { server, app: server.app, lines };
}

/** Creates a file of users with one token for each role. */
function usersFile(): { authFile: string; headers: (role: string) => Record<string, string> } {
  const authFile = join(temporaryFolder(), 'auth.json');
  let file = { users: [] } as ReturnType<typeof addUser>;
  const tokens = new Map<string, string>();
  for (const role of ['reader', 'writer', 'approver', 'admin'] as const) {
    const made = addToken(addUser(file, { name: `the-${role}`, role }), `the-${role}`, {
      name: 'test',
      nowMs: Date.now(),
    });
    file = made.file;
    tokens.set(role, made.token);
  }
  writeAuthFile(authFile, file);
  return { authFile, headers: (role) => ({ authorization: `Bearer ${tokens.get(role)}` }) };
}

test('a server without users serves this machine, and refuses to listen for others', async () => {
  const { server } = await operated();
  const address = await server.listen({ port: 0 });
  expect((await fetch(`${address}${SEARCH}`)).status).toBe(200);
  const { server: exposed } = await operated();
  await expect(exposed.listen({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({
    code: 'SERVER_EXPOSED',
  });
  const { server: meant } = await operated({ insecure: true });
  expect(await meant.listen({ host: '0.0.0.0', port: 0 })).toMatch(/^http:/);
});

test('on a server with users every request needs a login, and can do what its role allows', async () => {
  const { authFile, headers } = usersFile();
  const { app } = await operated({ authFile });
  const anonymous = await app.inject(SEARCH);
  expect(anonymous.statusCode).toBe(401);
  expect(anonymous.headers['www-authenticate']).toMatch(/^Basic/);
  expect(anonymous.json()).toMatchObject({
    error_code: 'UNAUTHENTICATED',
    message: expect.stringContaining('MLFLOW_TRACKING_TOKEN'),
  });
  expect((await app.inject('/health')).statusCode).toBe(200);

  expect((await app.inject({ url: SEARCH, headers: headers('reader') })).statusCode).toBe(200);
  const create = (role: string) =>
    app.inject({ method: 'POST', url: CREATE, headers: headers(role), payload: { name: role } });
  const refused = await create('reader');
  expect(refused.statusCode).toBe(403);
  expect(refused.json()).toMatchObject({ error_code: 'PERMISSION_DENIED' });
  expect((await create('writer')).statusCode).toBe(200);
  const webhooks = (role: string) =>
    app.inject({ url: '/api/2.0/mlflow/webhooks', headers: headers(role) });
  expect((await webhooks('approver')).statusCode).toBe(403);
  expect((await webhooks('admin')).statusCode).toBe(200);
});

test('the answer to too many guesses says when to try again', async () => {
  const { authFile } = usersFile();
  const { app } = await operated({ authFile });
  const headers = { authorization: 'Bearer guess' };
  let answer = await app.inject({ url: SEARCH, headers });
  for (let guess = 0; guess < 20 && answer.statusCode === 401; guess += 1) {
    answer = await app.inject({ url: SEARCH, headers });
  }
  expect(answer.statusCode).toBe(429);
  expect(answer.json()).toMatchObject({ error_code: 'REQUEST_LIMIT_EXCEEDED' });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
});

test('/metrics needs the role reader, and counts requests by route', async () => {
  const { authFile, headers } = usersFile();
  const { app } = await operated({ authFile });
  expect((await app.inject('/metrics')).statusCode).toBe(401);
  await app.inject({ url: SEARCH, headers: headers('reader') });
  const metrics = () => app.inject({ url: '/metrics', headers: headers('reader') });
  const counted = 'route="/api/2.0/mlflow/experiments/search",status="200"} 1';
  await expect.poll(async () => (await metrics()).body).toContain(counted);
  const { body, headers: answered } = await metrics();
  expect(answered['content-type']).toMatch(/^text\/plain/);
  expect(body).toContain('tidemark_webhook_deliveries_total{outcome="delivered"} 0');
});

test('foreign pages are refused before any login', async () => {
  const { authFile } = usersFile();
  const { app, lines } = await operated({ authFile });
  const rebinding = await app.inject({ url: SEARCH, headers: { host: 'evil.example' } });
  expect([rebinding.statusCode, rebinding.headers['content-type']]).toEqual([
    403,
    'text/plain; charset=utf-8',
  ]);
  const headers = { origin: 'https://evil.example' };
  const forged = await app.inject({ method: 'POST', url: CREATE, headers, payload: { name: 'x' } });
  expect(forged.body).toBe('Cross-origin request blocked');
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'refused: unknown host',
    'refused: change from another origin',
  ]);
});

test('a body that is too large is refused, and no answer has a stack in it', async () => {
  const { app } = await operated({ bodyLimitBytes: 1000 });
  const payload = { name: 'x'.repeat(2000) };
  const answer = await app.inject({ method: 'POST', url: CREATE, payload });
  expect(answer.statusCode).toBe(413);
  expect(answer.body).not.toMatch(/ at .*:\d+:\d+|node_modules/);
});

test('the answer to an address that cannot be decoded has the usual headers', async () => {
  const server = await attackedServer();
  const answer = await server.send('GET', '/%ff', { headers: server.as('writer') });
  expect(answer.status).toBe(400);
  expect(answer.headers).toMatchObject({
    ...{ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' },
  });
});
