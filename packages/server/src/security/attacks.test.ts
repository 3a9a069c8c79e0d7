import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemoryStore } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, test } from 'vitest';
import type { Route } from '../route.ts';
import { ROUTES } from '../routes.ts';
import { createServer } from '../server.ts';
import { webhookRoutes } from '../webhooks/webhook-routes.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import { HttpMetrics } from './http-metrics.ts';
import { metricsRoute } from './metrics-route.ts';
import { type AttackedServer, attackedServer } from './testing/attacked-server.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';
const SECRET = 'the-content-of-a-file-that-is-nobody-s-business';

const MORE_ROUTES: readonly Route[] = [
  ...webhookRoutes(new Webhooks({ log: { warn() {} } })),
  metricsRoute(new HttpMetrics()),
];

/** What needs no login, each with its reason. Whoever adds a route here has thought of it. */
const OPEN_ROUTES = [
  // Probes of load balancers have no credentials.
  'GET /health',
  'GET /version',
  // Say what the server is, and nothing of what is in it.
  'GET /openapi.json',
  'GET 3.0/mlflow/server-info',
  // Their addresses are signed: who has one was allowed this one thing, for a while.
  'PUT 2.0/mlflow-artifacts/mpu/parts/:upload_id/:part_number',
  'GET 2.0/mlflow-artifacts/signed/download/*',
  'PUT 2.0/mlflow-artifacts/signed/upload/*',
];

test('every route that is registered needs a login, but for those that are listed here', async () => {
  const { send } = await attackedServer();
  const open = new Set<string>();
  const registered = await registeredRoutes();
  expect(registered.length).toBeGreaterThan(60);
  for (const { method, url } of registered) {
    // Both prefixes, whether each has its routes or one stands for the other.
    const other = filled(url).replace(/^\/api\//, '/ajax-api/');
    const { status, headers } = await send(method, filled(url));
    expect([other, (await send(method, other)).status]).toEqual([other, status]);
    if (status !== 401) open.add(`${method} ${url.replace(/^\/(ajax-)?api\//, '')}`);
    else expect(headers['www-authenticate']).toMatch(/^Basic/);
    // Without its signature a signed address is worth nothing.
    if (/signed\/|parts/.test(url)) expect([url, status >= 400]).toEqual([url, true]);
  }
  expect([...open].sort()).toEqual([...OPEN_ROUTES].sort());
});

test('routes that change something need more than a reader', () => {
  const changing = [...ROUTES, ...MORE_ROUTES].filter(({ method }) => method !== 'GET');
  const byReaders = changing.filter(({ needs }) => needs === 'reader').map(({ path }) => path);
  // Searches send their filter as a body.
  const harmless = /\/(search|search-datasets|get-latest-versions|presigned-download-url)$/;
  expect(byReaders.filter((path) => !harmless.test(path))).toEqual([]);
});

test('credentials of every wrong kind are refused alike', async () => {
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

/** Ways to say `..`, or to leave a folder without saying it. */
const ESCAPES = [
  '../../../../secret.txt',
  '..%2f..%2f..%2f..%2fsecret.txt',
  '%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.txt',
  '%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fsecret.txt',
  '%252e%252e%252f%252e%252e%252f%252e%252e%252fsecret.txt',
  '..%5c..%5c..%5c..%5csecret.txt',
  '..%c0%af..%c0%afsecret.txt',
  '....//....//secret.txt',
  './../../../secret.txt',
  'a/../../../../../secret.txt',
  'secret.txt%00.png',
  '%00',
  'C:%5csecret.txt',
  'file:%2f%2f%2fetc%2fpasswd',
  '%2fetc%2fpasswd',
  '%2f%2fetc%2fpasswd',
  'con',
  '.',
  '..',
];

test('no path leads out of an artifact folder, however it is written, by any door', async () => {
  const server = await attackedServer();
  const { runId, modelId } = await withArtifacts(server);
  const outside = join(dirname(server.folder), 'secret.txt');
  writeFileSync(outside, SECRET);
  const before = treeOf(dirname(server.folder));
  const absolute = encodeURIComponent(outside);
  const fileUri = encodeURIComponent(`file://${outside}`);
  const headers = { ...server.as('admin'), 'content-type': 'application/json' };

  for (const way of [...ESCAPES, absolute, fileUri, `%2f${absolute}`]) {
    const raw = decodedOnce(way);
    const places = ['', `0/${runId}/`, `0/${runId}/artifacts/`, `0/models/${modelId}/artifacts/`];
    const doors: [string, string, object?][] = [
      ...places.flatMap((place): [string, string, object?][] => [
        ['GET', `${PROXY}/${place}${way}`],
        ['GET', `${PROXY}?path=${encodeURIComponent(place)}${way}`],
        ['PUT', `${PROXY}/${place}${way}`, { overwritten: true }],
        ['DELETE', `${PROXY}/${place}${way}`],
        ['GET', `/api/2.0/mlflow-artifacts/presigned/${place}${way}`],
        [
          'POST',
          `/api/2.0/mlflow-artifacts/mpu/create/${place}${way}`,
          { path: 'secret.txt', num_parts: 1 },
        ],
        [
          'POST',
          `/api/2.0/mlflow-artifacts/mpu/create/0/${runId}/artifacts`,
          { path: raw, num_parts: 1 },
        ],
      ]),
      ['GET', `${API}/artifacts/list?run_id=${runId}&path=${way}`],
      ['GET', `/get-artifact?run_id=${runId}&path=${way}`],
      [
        'GET',
        `/ajax-api/2.0/mlflow/logged-models/${modelId}/artifacts/files?artifact_file_path=${way}`,
      ],
      [
        'GET',
        `${API}/logged-models/${modelId}/artifacts/directories?artifact_directory_path=${way}`,
      ],
      ['POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=${way}`, { x: 1 }],
      ['POST', `${API}/artifacts/presigned-upload-url`, { run_id: runId, path: raw }],
      ['POST', `${API}/artifacts/presigned-download-url`, { run_id: runId, path: raw }],
    ];
    for (const [method, path, json] of doors) {
      const sending = json === undefined ? { headers } : { headers, body: JSON.stringify(json) };
      const { status, text } = await server.send(method, path, sending);
      const what = `${method} ${path}: ${status}`;
      expect([what, status < 500, text.includes(SECRET)]).toEqual([what, true, false]);
      expect([what, /root:.*:0:0:/.test(text)]).toEqual([what, false]);
    }
  }
  expect(readFileSync(outside, 'utf8')).toBe(SECRET);
  // Names that merely look odd (`%2e%2e` itself) may be files, but only inside the artifact folders.
  const strays = treeOf(dirname(server.folder)).filter((path) => !before.includes(path));
  const own = /^store\/(artifacts\/0\/|logs\/|index\/)/;
  expect(strays.filter((path) => !own.test(path))).toEqual([]);
}, 120_000);

test('a symbolic link among the artifacts shows nothing of where it leads', async () => {
  const server = await attackedServer();
  const { runId } = await withArtifacts(server);
  const elsewhere = temporaryFolder();
  writeFileSync(join(elsewhere, 'secret.txt'), SECRET);
  const artifacts = join(server.folder, 'artifacts', '0', runId);
  mkdirSync(artifacts, { recursive: true });
  symlinkSync(join(elsewhere, 'secret.txt'), join(artifacts, 'link.txt'));
  symlinkSync(elsewhere, join(artifacts, 'folder'));
  const headers = server.as('admin');
  const run = `0/${runId}/artifacts`;
  for (const path of [
    `${PROXY}/${run}/link.txt`,
    `${PROXY}/${run}/folder/secret.txt`,
    `/get-artifact?run_id=${runId}&path=link.txt`,
    `/get-artifact?run_id=${runId}&path=folder/secret.txt`,
    `${API}/artifacts/list?run_id=${runId}&path=folder`,
  ]) {
    const { status, text } = await server.send('GET', path, { headers });
    expect([path, text.includes('secret'), status < 500]).toEqual([path, false, true]);
  }
  await server.send('PUT', `${PROXY}/${run}/folder/new.txt`, { headers, body: 'x' });
  await server.send('PUT', `${PROXY}/${run}/link.txt`, { headers, body: 'x' });
  expect(readdirSync(elsewhere)).toEqual(['secret.txt']);
  expect(readFileSync(join(elsewhere, 'secret.txt'), 'utf8')).toBe(SECRET);
});

test('an artifact is a download that can run nothing in the page of the server', async () => {
  const server = await attackedServer();
  const { runId } = await withArtifacts(server);
  const headers = server.as('writer');
  const page = '<script>fetch("/api/2.0/mlflow/experiments/search")</script>';
  for (const name of ['x.html', 'x.svg', 'x.xml', 'x.js', 'x"; filename=evil.html', 'x']) {
    const path = `${PROXY}/0/${runId}/artifacts/${encodeURIComponent(name)}`;
    expect((await server.send('PUT', path, { headers, body: page })).status).toBe(200);
    for (const door of [path, `/get-artifact?run_id=${runId}&path=${encodeURIComponent(name)}`]) {
      const answer = await server.send('GET', door, { headers });
      expect(answer.text).toBe(page);
      expect(answer.headers['content-disposition']).toMatch(/^attachment; filename=[\w.-]+(;|$)/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['content-security-policy']).toMatch(/^sandbox(;|$)/);
    }
  }
});

test('a user sees nothing of an experiment that is closed to them, by any door', async () => {
  const users = {
    admin: { role: 'admin' },
    outsider: { role: 'writer', experiments: { '0': 'none' } },
    guest: { role: 'none', experiments: { '0': 'reader' } },
  } as const;
  const server = await attackedServer(users);
  const { runId, modelId } = await withArtifacts(server);
  const run = `0/${runId}/artifacts`;
  const doors: [string, string, object?][] = [
    ['GET', `${API}/experiments/get?experiment_id=0`],
    ['GET', `${API}/experiments/get-by-name?experiment_name=Default`],
    ['GET', `${API}/experiments/search?max_results=100`],
    ['POST', `${API}/experiments/search`, { max_results: 100 }],
    ['GET', `${API}/runs/get?run_id=${runId}`],
    ['POST', `${API}/runs/search`, { experiment_ids: ['0'] }],
    ['GET', `${API}/metrics/get-history?run_id=${runId}&metric_key=hidden-metric`],
    [
      'GET',
      `/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=${runId}&metric_key=hidden-metric`,
    ],
    [
      'GET',
      `${API}/metrics/get-history-bulk-interval?run_ids=${runId}&metric_key=hidden-metric&max_results=5`,
    ],
    ['GET', `${API}/artifacts/list?run_id=${runId}`],
    ['GET', `/get-artifact?run_id=${runId}&path=hidden.txt`],
    ['GET', `${PROXY}/${run}/hidden.txt`],
    ['GET', `${PROXY}?path=${run}`],
    ['GET', `/api/2.0/mlflow-artifacts/presigned/${run}/hidden.txt`],
    ['POST', `${API}/artifacts/presigned-download-url`, { run_id: runId, path: 'hidden.txt' }],
    ['GET', `${API}/logged-models/${modelId}`],
    ['POST', `${API}/logged-models/search`, { experiment_ids: ['0'] }],
    ['GET', `${API}/logged-models/${modelId}/artifacts/directories`],
    ['POST', `${API}/experiments/search-datasets`, { experiment_ids: ['0'] }],
  ];
  for (const [method, path, json] of doors) {
    const found = await server.call('admin', method, path, json);
    expect([path, found.status]).toEqual([path, 200]);
    const hidden = await server.call('outsider', method, path, json);
    const what = `${method} ${path}: ${hidden.status} ${hidden.text}`;
    expect([what, /hidden|Default|"run_id"|m-\w{32}|presigned_url/.test(hidden.text)]).toEqual([
      what,
      false,
    ]);
    const seen = await server.call('guest', method, path, json);
    expect([path, seen.status]).toEqual([path, 200]);
  }
  const { experimentId: elsewhere } = await server.store.createExperiment({
    name: 'elsewhere',
    creationTimeMs: 1,
  });
  for (const [path, json] of [
    ['runs/create', { experiment_id: '0' }],
    ['runs/log-metric', { run_id: runId, key: 'a', value: 1, timestamp: 1 }],
    ['runs/log-batch', { run_id: runId, params: [{ key: 'a', value: '1' }] }],
    ['runs/set-tag', { run_id: runId, key: 'a', value: '1' }],
    ['runs/update', { run_id: runId, status: 'FAILED' }],
    ['runs/delete', { run_id: runId }],
    ['experiments/update', { experiment_id: '0', new_name: 'mine' }],
    ['logged-models', { experiment_id: '0', name: 'x' }],
    // No experiment, and one without a name, are Default.
    ['runs/create', {}],
    ['runs/create', { experiment_id: '' }],
    // Under the id of a run, a run is not made but joined, and shown.
    ['runs/create', { experiment_id: elsewhere, tidemark_run_id: runId }],
    ['logged-models', { experiment_id: elsewhere, name: 'x', tidemark_model_id: modelId }],
  ] as const) {
    for (const user of ['outsider', 'guest']) {
      const refused = await server.call(user, 'POST', `${API}/${path}`, json);
      expect([user, path, refused.status]).toEqual([user, path, 403]);
    }
  }
});

test('with a login the name in a request is not believed', async () => {
  const server = await attackedServer();
  const made = await server.call('writer', 'POST', `${API}/runs/create`, {
    experiment_id: '0',
    user_id: 'the-director',
  });
  expect(made.json).toMatchObject({ run: { info: { user_id: 'writer' } } });
});

test('a webhook cannot be made to ask servers of the inner network', async () => {
  const server = await attackedServer();
  const events = [{ entity: 'MODEL_VERSION', action: 'CREATED' }];
  for (const url of [
    'https://127.0.0.1/',
    'https://localhost/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::ffff:10.0.0.1]/',
    'https://0x7f000001/',
    'http://93.184.215.14/',
    'file:///etc/passwd',
  ]) {
    const { status, json } = await server.call('admin', 'POST', `${API}/webhooks`, {
      name: 'inner',
      url,
      events,
    });
    expect([url, status]).toEqual([url, 400]);
    expect(json).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
  }
});

test('the log has neither tokens nor bodies in it', async () => {
  const server = await attackedServer(undefined, { logLevel: 'trace' });
  const { runId } = await withArtifacts(server);
  const { authorization } = server.as('writer');
  await server.send('GET', `${API}/runs/get?run_id=${runId}&token=${authorization.slice(7)}`);
  const log = server.log.join('');
  expect(log).toContain(`${API}/runs/get`);
  expect(log).not.toContain(authorization.slice(7));
  expect(log).not.toMatch(/Bearer|hidden-metric/);
});

/** A run and a logged model in Default, with things to be hidden. */
async function withArtifacts({ call, as, send }: AttackedServer) {
  const made = await call('admin', 'POST', `${API}/runs/create`, { experiment_id: '0' });
  const { run } = made.json as { run: { info: { run_id: string } } };
  const runId = run.info.run_id;
  const metric = { run_id: runId, key: 'hidden-metric', value: 1, timestamp: 1 };
  await call('admin', 'POST', `${API}/runs/log-metric`, metric);
  const dataset = { name: 'hidden-data', digest: 'd1', source_type: 'local', source: '{}' };
  await call('admin', 'POST', `${API}/runs/log-inputs`, {
    run_id: runId,
    datasets: [{ tags: [], dataset }],
  });
  const logged = { experiment_id: '0', name: 'hidden-model', source_run_id: runId };
  const model = await call('admin', 'POST', `${API}/logged-models`, logged);
  const modelId = (model.json as { model: { info: { model_id: string } } }).model.info.model_id;
  for (const place of [`0/${runId}`, `0/models/${modelId}`]) {
    const path = `${PROXY}/${place}/artifacts/hidden.txt`;
    const { status } = await send('PUT', path, { headers: as('admin'), body: 'hidden' });
    expect(status).toBe(200);
  }
  return { runId, modelId };
}

/** The routes of a whole server, as its framework knows them. */
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

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Every file below a folder, relative to it. */
function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
