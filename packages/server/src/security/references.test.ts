import { expect, test } from 'vitest';
import { closedServer, modelPath, type Named, NOWHERE, runPath } from '../testing/closed-server.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';

type Door = readonly [method: string, path: string, json?: object];

/** Every route that takes an id or an address of another thing than its target. */
const REFERENCES: Readonly<Record<string, (named: Named, own: Named) => Door>> = {
  'log-inputs, model': ({ modelId }, { runId }) => [
    'POST',
    `${API}/runs/log-inputs`,
    { run_id: runId, models: [{ model_id: modelId }] },
  ],
  'outputs, model': ({ modelId }, { runId }) => [
    'POST',
    `${API}/runs/outputs`,
    { run_id: runId, models: [{ model_id: modelId, step: 0 }] },
  ],
  'log-metric, model_id': ({ modelId }, { runId }) => [
    'POST',
    `${API}/runs/log-metric`,
    { run_id: runId, key: 'injected', value: 1, timestamp: 1, model_id: modelId },
  ],
  'log-batch, model_id': ({ modelId }, { runId }) => [
    'POST',
    `${API}/runs/log-batch`,
    {
      run_id: runId,
      metrics: [1, 2, 3].map((step) => ({
        key: 'injected',
        value: 1,
        timestamp: 1,
        step,
        model_id: modelId,
      })),
    },
  ],
  'logged-models, source_run_id': ({ runId }) => [
    'POST',
    `${API}/logged-models`,
    { experiment_id: '0', name: 'x', source_run_id: runId },
  ],
  ...Object.fromEntries(
    (
      [
        ['runs:', ({ runId }) => `runs:/${runId}/model`],
        ['models:', ({ modelId }) => `models:/${modelId}`],
        ['proxy', (named) => `mlflow-artifacts:/${runPath(named)}/model`],
        ['proxy with a host', (named) => `mlflow-artifacts://a.example/${runPath(named)}`],
        ['proxy, model', (named) => `mlflow-artifacts:/${modelPath(named)}`],
        ['http', (named) => `http://localhost:5000${PROXY}/artifacts/${runPath(named)}/model`],
        ['https, pages', (named) => `https://x/ajax-${PROXY.slice(1)}/artifacts/${runPath(named)}`],
      ] as readonly [string, (named: Named) => string][]
    ).map(([kind, source]) => [
      `model-versions, ${kind}`,
      (named: Named): Door => [
        'POST',
        `${API}/model-versions/create`,
        { name: 'mine', source: source(named) },
      ],
    ]),
  ),
  'model-versions, run_id': ({ runId }) => [
    'POST',
    `${API}/model-versions/create`,
    { name: 'mine', source: 's3://bucket/model', run_id: runId },
  ],
  'model-versions, model_id': ({ modelId }) => [
    'POST',
    `${API}/model-versions/create`,
    { name: 'mine', source: 's3://bucket/model', model_id: modelId },
  ],
  'get-history-bulk': ({ runId }, own) => [
    'GET',
    `/ajax-api/2.0/mlflow/metrics/get-history-bulk?run_id=${own.runId}&run_id=${runId}&metric_key=m`,
  ],
  'get-history-bulk-interval': ({ runId }, own) => [
    'GET',
    `${API}/metrics/get-history-bulk-interval?run_ids=${own.runId}&run_ids=${runId}&metric_key=m`,
  ],
  'presigned download': ({ runId }) => [
    'POST',
    `${API}/artifacts/presigned-download-url`,
    { run_id: runId, path: 'model/secret.txt' },
  ],
  'presigned upload': ({ modelId }) => [
    'POST',
    `${API}/artifacts/presigned-upload-url`,
    { model_id: modelId, path: 'a.txt' },
  ],
  'upload in parts': (named) => [
    'POST',
    `${PROXY}/mpu/create/${runPath(named)}`,
    { path: 'a.txt', num_parts: 1 },
  ],
  'proxy, read': (named) => ['GET', `${PROXY}/artifacts/${runPath(named)}/model/secret.txt`],
  'runs/get': ({ runId }) => ['GET', `${API}/runs/get?run_id=${runId}`],
  'runs/update': ({ runId }) => ['POST', `${API}/runs/update`, { run_id: runId, run_name: 'x' }],
  'logged-models, get': ({ modelId }) => ['GET', `${API}/logged-models/${modelId}`],
  'logged-models, tags': ({ modelId }) => [
    'PATCH',
    `${API}/logged-models/${modelId}/tags`,
    { tags: [{ key: 'a', value: 'b' }] },
  ],
};

/** Requests that a reader of the closed experiment may not make, because they write there. */
const WRITES_THERE = /^(presigned upload|upload in parts|runs\/update|logged-models, tags)$/;

test('a reference to something hidden is answered like one to something missing, and changes nothing', async () => {
  const { server, own, hidden } = await closedServer();
  for (const user of ['visitor', 'guest'] as const) {
    for (const [what, door] of Object.entries(REFERENCES)) {
      const closed = await server.call(user, ...door(hidden, own));
      const absent = await server.call(user, ...door(NOWHERE, own));
      expect([user, what, closed.status, closed.text]).toEqual([
        user,
        what,
        absent.status,
        absent.text
          .replaceAll(NOWHERE.runId, hidden.runId)
          .replaceAll(NOWHERE.modelId, hidden.modelId),
      ]);
      expect([user, what, [403, 404].includes(closed.status), closed.text]).toEqual([
        ...[user, what, true],
        closed.text,
      ]);
      expect([what, /secret|"value"|presigned_url|"closed"/.test(closed.text)]).toEqual([
        what,
        false,
      ]);
    }
  }
  const [run] = await server.store.runs({ runIds: [own.runId as never] });
  expect([run?.modelInputs, run?.modelOutputs, run?.metrics.injected]).toEqual([[], [], undefined]);
  expect((await server.store.registry.read('mine'))?.model.versions).toEqual([]);
  const [model] = await server.store.loggedModels({ modelIds: [hidden.modelId as never] });
  expect(model?.tags).toEqual({});
});

test('a reader of an experiment can refer to what is in it, but not write to it', async () => {
  const { server, own, hidden } = await closedServer();
  for (const user of ['reader', 'writer'] as const) {
    for (const [what, door] of Object.entries(REFERENCES)) {
      const { status, text } = await server.call(user, ...door(hidden, own));
      const expected = user === 'reader' && WRITES_THERE.test(what) ? 403 : 200;
      expect([user, what, status, text]).toEqual([user, what, expected, text]);
    }
  }
});

test('a model shows only the points of runs that the reader may read', async () => {
  const { server, own, hidden } = await closedServer();
  const point = { key: 'loss', value: 7, timestamp: 1, model_id: own.modelId };
  // The run that created it, and one of the closed experiment.
  for (const { runId } of [own, hidden]) {
    await server.call('admin', 'POST', `${API}/runs/log-metric`, { ...point, run_id: runId });
  }
  const { text } = await server.call('visitor', 'GET', `${API}/logged-models/${own.modelId}`);
  expect(text).toContain(own.runId);
  expect(text).not.toContain(hidden.runId);
});
