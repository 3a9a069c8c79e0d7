import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { hiddenThings } from '../testing/hidden-things.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

test('a user sees nothing of an experiment that is closed to them, through any route', async () => {
  const users = {
    admin: { role: 'admin' },
    outsider: { role: 'writer', experiments: { '0': 'none' } },
    guest: { role: 'none', experiments: { '0': 'reader' } },
  } as const;
  const server = await attackedServer(users);
  const { runId, modelId } = await hiddenThings(server);
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
  // A run that is hidden has no buckets, like one that does not exist.
  const buckets = (user: string, id: string) =>
    server.call(
      user,
      'GET',
      `/api/tidemark/metric-buckets?run_ids=${id}&metric_key=hidden-metric&count=5`,
    );
  const hiddenBuckets = (await buckets('outsider', runId)).text;
  expect(hiddenBuckets).toHaveLength((await buckets('outsider', 'f'.repeat(32))).text.length);
  expect((await buckets('guest', runId)).text.length).toBeGreaterThan(hiddenBuckets.length);
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
    // With the id of an existing run, the request joins that run and would show it.
    ['runs/create', { experiment_id: elsewhere, tidemark_run_id: runId }],
    ['logged-models', { experiment_id: elsewhere, name: 'x', tidemark_model_id: modelId }],
  ] as const) {
    for (const user of ['outsider', 'guest']) {
      const refused = await server.call(user, 'POST', `${API}/${path}`, json);
      expect([user, path, refused.status]).toEqual([user, path, 403]);
    }
  }
});
