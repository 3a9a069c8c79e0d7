import fastify, { type FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { isAllowedHost } from './allowed-hosts.ts';
import { guardRequests, type RequestGuardOptions } from './request-guard.ts';

const CHANGE = '/api/2.0/mlflow/runs/create';

function guarded(options: RequestGuardOptions = {}): FastifyInstance {
  const app = fastify();
  onTestFinished(() => app.close());
  guardRequests(app, options);
  app.get('/health', () => 'OK');
  app.get('/api/2.0/mlflow/runs/get', () => ({ run: {} }));
  app.post(CHANGE, () => ({ run: {} }));
  return app;
}

test.each([
  ['localhost', true],
  ['LOCALHOST:5000', true],
  ['127.0.0.1:5000', true],
  ['127.9.9.9', true],
  ['[::1]:5000', true],
  ['0.0.0.0:5000', true],
  ['192.168.1.1:5000', true],
  ['10.0.0.1', true],
  ['172.31.0.1', true],
  ['[fd00::1]:5000', true],
  ['172.32.0.1', false],
  ['8.8.8.8', false],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['10.evil.example', false],
  ['192.168.1.1.evil.example:5000', false],
  ['2130706433', false],
  ['0x7f.1', false],
  ['evil.example@127.0.0.1', false],
  ['127.0.0.1:5000:80', false],
  ['', false],
  [undefined, false],
])('without a list of hosts, the host %j is allowed: %s', (host, passes) => {
  expect(isAllowedHost(host)).toBe(passes);
});

test('with a list of hosts, these and loopback are allowed', () => {
  const allowed = ['mlflow.example.org', '*.lab.example.org:5000'];
  const passing = [
    'mlflow.example.org',
    'MLFLOW.example.org:443',
    'a.b.lab.example.org:5000',
    '127.0.0.1:5000',
  ];
  const refused = [
    'example.org',
    'a.lab.example.org:80',
    'mlflow.example.org.evil.example',
    '10.0.0.1',
  ];
  for (const host of passing) expect(isAllowedHost(host, allowed)).toBe(true);
  for (const host of refused) expect(isAllowedHost(host, allowed)).toBe(false);
  expect(isAllowedHost('anything.example', ['*'])).toBe(true);
});

test("an unknown host is refused in MLflow's words, on every path but health and version", async () => {
  const app = guarded();
  const headers = { host: 'evil.example' };
  for (const url of ['/api/2.0/mlflow/runs/get', '/no/such/path', '/health/../api']) {
    const answer = await app.inject({ url, headers });
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([
      403,
      'Invalid Host header - possible DNS rebinding attack detected',
      'text/plain; charset=utf-8',
    ]);
  }
  expect((await app.inject({ url: '/health?probe', headers })).body).toBe('OK');
});

test.each([
  ['https://evil.example', 403],
  ['http://localhost.evil.example', 403],
  ['http://127.0.0.1.evil.example', 403],
  ['null', 403],
  ['file://', 403],
  ['http://localhost:3000', 200],
  ['http://[::1]:8080', 200],
  ['http://192.168.1.1:5000', 200],
  [undefined, 200],
])('a change from the origin %s is answered %s', async (origin, status) => {
  const headers = { host: '192.168.1.1:5000', ...(origin === undefined ? {} : { origin }) };
  const app = guarded();
  const answer = await app.inject({ method: 'POST', url: CHANGE, headers });
  expect(answer.statusCode).toBe(status);
  if (status === 403) expect(answer.body).toBe('Cross-origin request blocked');
  const read = await app.inject({ url: '/api/2.0/mlflow/runs/get', headers });
  expect(read.statusCode).toBe(200);
  // A foreign page may send a read, but it cannot see the answer.
  const shown = read.headers['access-control-allow-origin'];
  expect(shown).toBe(status === 200 ? origin : undefined);
});

test('configured origins are allowed, and a preflight is answered before any login', async () => {
  const app = guarded({ allowedOrigins: ['https://*.example.org'] });
  const origin = 'https://ui.example.org';
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: CHANGE,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type',
    },
  });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'authorization, content-type',
    vary: 'Origin',
  });
  const answer = await app.inject({ method: 'POST', url: CHANGE, headers: { origin } });
  expect(answer.statusCode).toBe(200);
});

test('when every origin is allowed, none can use the stored credentials of the browser', async () => {
  const app = guarded({ allowedOrigins: ['*'] });
  const headers = { origin: 'https://evil.example' };
  const answer = await app.inject({ method: 'POST', url: CHANGE, headers });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
});

test('every answer forbids browsers to guess types and to frame pages', async () => {
  const expected = { 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' };
  for (const url of ['/health', '/no/such/path']) {
    expect((await guarded().inject({ url })).headers).toMatchObject(expected);
  }
  const open = await guarded({ frameOptions: 'NONE' }).inject({ url: '/health' });
  expect(open.headers).not.toHaveProperty('x-frame-options');
});
