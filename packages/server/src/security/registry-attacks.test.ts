import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { HIDDEN_USERS, hiddenVersion } from '../testing/hidden-version.ts';

const API = '/api/2.0/mlflow';

test('a user sees nothing of a registered model that is closed to them, and changes nothing', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  const { runId, modelId } = await hiddenVersion(server);
  const version = { name: 'hidden', version: '1' };
  const doors: [string, string, object?][] = [
    ['GET', `${API}/registered-models/get?name=hidden`],
    ['GET', `${API}/databricks/registered-models/get?name=hidden`],
    ['GET', `${API}/registered-models/search`],
    ['GET', `${API}/registered-models/get-latest-versions?name=hidden`],
    ['POST', `${API}/registered-models/get-latest-versions`, { name: 'hidden' }],
    ['GET', `${API}/registered-models/alias?name=hidden&alias=best`],
    ['GET', `${API}/model-versions/get?name=hidden&version=1`],
    ['GET', `${API}/model-versions/search`],
    ['GET', `${API}/model-versions/get-download-uri?name=hidden&version=1`],
    ['GET', '/model-versions/get-artifact?name=hidden&version=1&path=hidden.txt'],
    ['GET', `${API}/transition-requests/list?name=hidden&version=1`],
    ['GET', `${API}/activities/list?name=hidden&version=1`],
    ['GET', `${API}/registered-models/rules?name=hidden`],
    ['GET', `${API}/registered-models/history?name=hidden`],
  ];
  for (const [method, path, json] of doors) {
    const found = await server.call('admin', method, path, json);
    expect([path, found.status]).toEqual([path, 200]);
    const hidden = await server.call('outsider', method, path, json);
    const what = `${method} ${path}: ${hidden.status} ${hidden.text}`;
    // The refusal may repeat the requested name.
    const leaks = hidden.status === 403 ? /best|m-\w{32}|models:|Staging/ : /hidden|best|m-\w{32}/;
    expect([what, leaks.test(hidden.text)]).toEqual([what, false]);
  }
  const changes: [string, string, object][] = [
    ['POST', 'registered-models/set-tag', { name: 'hidden', key: 'a', value: 'b' }],
    ['POST', 'registered-models/alias', { ...version, alias: 'mine' }],
    ['POST', 'registered-models/rename', { name: 'hidden', new_name: 'mine' }],
    ['DELETE', 'registered-models/delete', { name: 'hidden' }],
    ['POST', 'model-versions/create', { name: 'hidden', source: 's3://a/b' }],
    ['PATCH', 'model-versions/update', { ...version, description: 'x' }],
    ['POST', 'model-versions/set-tag', { ...version, key: 'a', value: 'b' }],
    ['POST', 'transition-requests/create', { ...version, stage: 'Staging' }],
    ['POST', 'comments/create', { ...version, comment: 'x' }],
    ['POST', 'registered-models/set-rules', { name: 'hidden', rules: [] }],
  ];
  for (const [method, path, json] of changes) {
    const { status } = await server.call('outsider', method, `${API}/${path}`, json);
    expect([path, status]).toEqual([path, 403]);
  }
  // Registering the files of another user would make them readable.
  await server.call('outsider', 'POST', `${API}/registered-models/create`, { name: 'mine' });
  for (const source of [
    `runs:/${runId}/`,
    `models:/${modelId}`,
    'models:/hidden/1',
    'models:/hidden@best',
    `mlflow-artifacts:/0/${runId}/artifacts`,
  ]) {
    const made = await server.call('outsider', 'POST', `${API}/model-versions/create`, {
      name: 'mine',
      source,
      ...(source.startsWith('runs:') ? { run_id: runId } : {}),
    });
    expect([source, made.status]).toEqual([source, 403]);
  }
  for (const [user, facts] of [
    ['outsider', { source: 's3://a/b', run_id: runId }],
    ['outsider', { source: 's3://a/b', model_id: modelId }],
    ['visitor', { source: 'models:/hidden/1' }],
    ['visitor', { source: 'models:/hidden@no-such-alias' }],
  ] as const) {
    const draft = { name: 'mine', ...facts };
    const made = await server.call(user, 'POST', `${API}/model-versions/create`, draft);
    expect([facts, made.status]).toEqual([facts, 403]);
  }
});

test('hidden items cause no page token in a search', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  await hiddenVersion(server);
  await server.call('admin', 'POST', `${API}/registered-models/create`, { name: 'visible' });
  await server.store.createExperiment({ name: 'visible', creationTimeMs: 1 });
  for (const [path, shown] of [
    ['experiments/search?max_results=1&order_by=name', 'visible'],
    ['registered-models/search?max_results=1&order_by=name', 'visible'],
    ['model-versions/search?max_results=1', ''],
  ] as const) {
    const { text } = await server.call('outsider', 'GET', `${API}/${path}`);
    expect([path, text.includes('next_page_token')]).toEqual([path, false]);
    expect(text).toContain(shown);
  }
});

test('a writer cannot change stages or aliases, decide requests or delete, which needs an approver', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  await hiddenVersion(server);
  const version = { name: 'hidden', version: '1' };
  const request = await server.call('writer', 'POST', `${API}/transition-requests/create`, {
    ...version,
    stage: 'Production',
  });
  expect(request.status).toBe(200);
  for (const [method, path, json] of [
    [
      'POST',
      'model-versions/transition-stage',
      { ...version, stage: 'Production', archive_existing_versions: false },
    ],
    [
      'POST',
      'databricks/model-versions/transition-stage',
      { ...version, stage: 'Production', archive_existing_versions: false },
    ],
    [
      'POST',
      'transition-requests/approve',
      { ...version, stage: 'Production', archive_existing_versions: false },
    ],
    ['POST', 'transition-requests/reject', { ...version, stage: 'Production' }],
    ['POST', 'registered-models/alias', { ...version, alias: 'champion' }],
    ['DELETE', 'registered-models/alias', { name: 'hidden', alias: 'best' }],
    ['POST', 'registered-models/rename', { name: 'hidden', new_name: 'other' }],
    ['DELETE', 'model-versions/delete', version],
    ['DELETE', 'registered-models/delete', { name: 'hidden' }],
  ] as const) {
    const { status } = await server.call('writer', method, `${API}/${path}`, json);
    expect([path, status]).toEqual([path, 403]);
  }
});

test('records carry the name of the logged-in user, whatever the request says', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  await hiddenVersion(server);
  const version = { name: 'hidden', version: '1' };
  const spoof = { user_id: 'the-director', creator: undefined, by: 'the-director' };
  await server.call('writer', 'POST', `${API}/model-versions/set-tag`, {
    ...version,
    ...spoof,
    key: 'reviewed',
    value: 'yes',
  });
  const asked = { ...version, ...spoof, stage: 'Production' };
  await server.call('writer', 'POST', `${API}/transition-requests/create`, asked);
  const approved = await server.call('approver', 'POST', `${API}/transition-requests/approve`, {
    ...asked,
    archive_existing_versions: false,
  });
  expect(approved.status).toBe(200);
  const entry = await server.store.registry.read('hidden');
  const tag = entry?.model.versions[0]?.tags.find(({ key }) => key === 'reviewed');
  expect(tag?.evidence.by).toEqual({ name: 'writer', authenticated: true });
  const text = JSON.stringify(entry);
  expect(text).toContain('{"name":"approver","authenticated":true}');
  expect(text).not.toContain('the-director');
  expect(text).not.toContain('"authenticated":false');
});

test('a user cannot withdraw the request or comment of another user', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  await hiddenVersion(server);
  const version = { name: 'hidden', version: '1' };
  await server.call('writer', 'POST', `${API}/transition-requests/create`, {
    ...version,
    stage: 'Production',
  });
  const taken = await server.call('colleague', 'DELETE', `${API}/transition-requests/delete`, {
    ...version,
    stage: 'Production',
    creator: 'writer',
  });
  expect([taken.text, taken.status >= 400 && taken.status < 500]).toEqual([taken.text, true]);
  const made = await server.call('writer', 'POST', `${API}/comments/create`, {
    ...version,
    comment: 'it is biased',
  });
  const { comment } = made.json as { comment: { id: string } };
  for (const [method, path] of [
    ['PATCH', 'comments/update'],
    ['DELETE', 'comments/delete'],
  ] as const) {
    const { status, text } = await server.call('colleague', method, `${API}/${path}`, {
      id: comment.id,
      comment: 'it is fine',
    });
    expect([path, text, status >= 400 && status < 500]).toEqual([path, text, true]);
  }
  expect(JSON.stringify(await server.store.registry.read('hidden'))).toContain('it is biased');
});
