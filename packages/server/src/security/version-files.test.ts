import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { closedServer } from '../testing/closed-server.ts';
import { HIDDEN_USERS, hiddenVersion } from '../testing/hidden-version.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';
const SECRET = 'the-content-of-a-secret-file';

test('a version cannot contain files of the server, or files outside the named run', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  const { runId } = await hiddenVersion(server);
  const outside = join(dirname(server.folder), 'secret.txt');
  writeFileSync(outside, SECRET);
  const artifacts = join(server.folder, 'artifacts', '0', runId);
  for (const source of [
    '/etc/passwd',
    'file:///etc',
    'file:///',
    '/',
    outside,
    dirname(outside),
    `file://${outside}`,
    `file://localhost${outside}`,
    `FILE://${outside}`,
    `file:${outside}`,
    server.folder,
    `${artifacts}/../../../../`,
    `${artifacts}/%2e%2e/%2e%2e/%2e%2e`,
    `runs:/${runId}/../../../..`,
    `runs:/${runId}/%2e%2e/%2e%2e/secret.txt`,
    `mlflow-artifacts:/0/${runId}/artifacts/../../../../`,
    `mlflow-artifacts:/..%252f..%252fsecret.txt`,
    `mlflow-artifacts://127.0.0.1${outside}/../`,
    'http://127.0.0.1/api/2.0/mlflow-artifacts/artifacts/../../../../etc',
    's3://bucket/../../etc/passwd',
    '..',
    './x',
    'C:\\Windows\\win.ini',
    `${outside}\u0000.png`,
    'runs:/some-other-run/model',
  ]) {
    for (const run_id of [runId, undefined, '../..']) {
      const made = await server.call('writer', 'POST', `${API}/model-versions/create`, {
        name: 'hidden',
        source,
        ...(run_id === undefined ? {} : { run_id }),
      });
      const what = `${source} of ${run_id}: ${made.text}`;
      expect([what, made.status >= 400 && made.status < 500]).toEqual([what, true]);
    }
  }
  const entry = await server.store.registry.read('hidden');
  expect(entry?.model.versions).toHaveLength(1);
  const create = (source: string) =>
    server.call('writer', 'POST', `${API}/model-versions/create`, { name: 'hidden', source });
  expect((await create('http://169.254.169.254/latest/meta-data')).status).toBe(400);
  // A source in an object store is only a note, which the server accepts and never opens.
  expect((await create('s3://bucket/latest/meta-data')).status).toBe(200);
  const read = `/model-versions/get-artifact?name=hidden&version=2&path=x`;
  expect((await server.call('writer', 'GET', read)).status).toBe(501);
});

test('no name of a file leads out of the files of a version', async () => {
  const server = await attackedServer(HIDDEN_USERS);
  await hiddenVersion(server);
  const outside = join(dirname(server.folder), 'secret.txt');
  writeFileSync(outside, SECRET);
  const read = (path: string) =>
    server.call('writer', 'GET', `/model-versions/get-artifact?name=hidden&version=1&path=${path}`);
  expect((await read('hidden.txt')).text).toBe('hidden');
  for (const path of [
    '../../../../secret.txt',
    '%2e%2e%2f%2e%2e%2fsecret.txt',
    encodeURIComponent(outside),
    '%00',
    '..%5c..%5csecret.txt',
  ]) {
    const { status, text } = await read(path);
    expect([path, status >= 400 && status < 500, text.includes(SECRET)]).toEqual([
      path,
      true,
      false,
    ]);
  }
});

test('a version that is registered before its files gives no access to them', async () => {
  const { server } = await closedServer();
  const late = { run_id: 'f00d', experiment_id: '17' };
  const source = `runs:/${late.run_id}/model`;
  const early = { name: 'mine', source };
  expect((await server.call('visitor', 'POST', `${API}/model-versions/create`, early)).status).toBe(
    403,
  );
  await server.call('admin', 'POST', `${API}/registered-models/create`, { name: 'other' });
  const register = () =>
    server.call('admin', 'POST', `${API}/model-versions/create`, {
      name: 'other',
      source,
      run_id: late.run_id,
    });
  // Registered by an admin before there were files, so it pins nothing.
  expect((await register()).status).toBe(200);
  await server.call('admin', 'POST', `${API}/runs/create`, {
    experiment_id: '17',
    tidemark_run_id: late.run_id,
  });
  const headers = server.as('admin');
  await server.send('PUT', `${PROXY}/artifacts/17/f00d/artifacts/model/secret.txt`, {
    headers,
    body: 'secret',
  });
  const read = (user: string, version: number) =>
    server.call(
      user,
      'GET',
      `/model-versions/get-artifact?name=other&version=${version}&path=secret.txt`,
    );
  expect((await read('admin', 1)).text).toBe('secret');
  const refused = await read('visitor', 1);
  expect([[403, 404].includes(refused.status), refused.text]).toEqual([
    true,
    expect.not.stringContaining('secret'),
  ]);
  // This one is pinned, because registering it made its files readable to the readers of the model.
  expect((await register()).status).toBe(200);
  expect((await read('visitor', 2)).text).toBe('secret');
});
