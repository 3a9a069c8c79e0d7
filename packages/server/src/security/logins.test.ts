import { MemoryStore } from '@tidemark/core';
import { expect, test } from 'vitest';
import type { Route } from '../dispatch/route.ts';
import { metricsRoute } from '../routes/prometheus.ts';
import { ROUTES } from '../routes.ts';
import { createServer } from '../server.ts';
import { attackedServer } from '../testing/attacked-server.ts';
import { hiddenThings } from '../testing/hidden-things.ts';
import { webhookRoutes } from '../webhooks/webhook-routes.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { HttpMetrics } from './http-metrics.ts';

const API = '/api/2.0/mlflow';

const MORE_ROUTES: readonly Route[] = [
  ...webhookRoutes(new Webhooks({ log: { warn() {} } })),
  metricsRoute(new HttpMetrics()),
];

/** Routes that need no login, each with its reason. Add a route here only with a good one. */
const OPEN_ROUTES = [
  // Probes of load balancers have no credentials.
  'GET /health',
  'GET /version',
  // These say what the server is, and nothing about its content.
  'GET /',
  'GET /openapi.json',
  'GET 3.0/mlflow/server-info',
  'GET 3.0/mlflow/ui-telemetry',
  'POST 3.0/mlflow/ui-telemetry',
  // These have signed addresses, which allow one action until they expire.
  'PUT 2.0/mlflow-artifacts/mpu/parts/:upload_id/:part_number',
  'GET 2.0/mlflow-artifacts/signed/download/*',
  'PUT 2.0/mlflow-artifacts/signed/upload/*',
];

test('every registered route needs a login, except those listed here', async () => {
  const { send } = await attackedServer();
  const open = new Set<string>();
  const registered = await registeredRoutes();
  expect(registered.length).toBeGreaterThan(60);
  for (const { method, url } of registered) {
    // Both prefixes, whether each has its own routes or one is rewritten to the other.
    const other = filled(url).replace(/^\/api\//, '/ajax-api/');
    const { status, headers } = await send(method, filled(url));
    expect([other, (await send(method, other)).status]).toEqual([other, status]);
    if (status !== 401) open.add(`${method} ${url.replace(/^\/(ajax-)?api\//, '')}`);
    else expect(headers['www-authenticate']).toMatch(/^Basic/);
    // A signed address without its signature allows nothing.
    if (/signed\/|parts/.test(url)) expect([url, status >= 400]).toEqual([url, true]);
  }
  expect([...open].sort()).toEqual([...OPEN_ROUTES].sort());
});

test('routes that change something need more than the role reader', () => {
  const changing = [...ROUTES, ...MORE_ROUTES].filter(({ method }) => method !== 'GET');
  const byReaders = changing.filter(({ needs }) => needs === 'reader').map(({ path }) => path);
  // Searches send their filter, and GraphQL its queries, as a body. GraphQL has no mutations.
  const harmless = /\/(graphql|search|search-datasets|get-latest-versions|presigned-download-url)$/;
  expect(byReaders.filter((path) => !harmless.test(path))).toEqual([]);
});

test('every kind of wrong credentials is refused in the same way', async () => {
  const { send } = await attackedServer();
  const wrong = [
    'Bearer',
    'Bearer undefined',
    `Bearer tdm_000000000000_${'A'.repeat(43)}`,
    `Basic ${Buffer.from('admin:').toString('base64')}`,
    `Basic ${Buffer.from(':').toString('base64')}`,
    'Basic \u00ff',
    'Negotiate abc',
  ];
  for (const authorization of wrong) {
    const { status, text } = await send('GET', `${API}/experiments/get?experiment_id=0`, {
      headers: { authorization },
    });
    expect([authorization, status]).toEqual([authorization, 401]);
    expect(JSON.parse(text)).toMatchObject({ error_code: 'UNAUTHENTICATED' });
  }
});

test('with logins the name in a request is ignored', async () => {
  const server = await attackedServer();
  const made = await server.call('writer', 'POST', `${API}/runs/create`, {
    experiment_id: '0',
    user_id: 'the-director',
  });
  expect(made.json).toMatchObject({ run: { info: { user_id: 'writer' } } });
});

test('the log contains neither tokens nor bodies', async () => {
  const server = await attackedServer(undefined, { logLevel: 'trace' });
  const { runId } = await hiddenThings(server);
  const { authorization } = server.as('writer');
  await server.send('GET', `${API}/runs/get?run_id=${runId}&token=${authorization.slice(7)}`);
  const log = server.log.join('');
  expect(log).toContain(`${API}/runs/get`);
  expect(log).not.toContain(authorization.slice(7));
  expect(log).not.toMatch(/Bearer|hidden-metric/);
});

/** Returns the routes of a whole server, from its framework. */
async function registeredRoutes(): Promise<{ method: string; url: string }[]> {
  const found: { method: string; url: string }[] = [];
  const server = await createServer({
    store: new MemoryStore(),
    moreRoutes: MORE_ROUTES,
    prepare: (app) => {
      app.addHook('onRoute', ({ method, url }) => {
        for (const each of [method].flat()) if (each !== 'HEAD') found.push({ method: each, url });
      });
    },
  });
  await server.close();
  return found;
}

function filled(url: string): string {
  return url.replace(/:\w+|\*/g, 'x');
}
