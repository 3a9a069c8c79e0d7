import { expect, test } from 'vitest';
import { attackedServer } from '../testing/attacked-server.ts';
import { serve } from '../testing/serve.ts';

const API = '/api/2.0/mlflow';
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';
const ELSEWHERE = 'c'.repeat(32);
const SOURCES = [
  { source: `runs:/${ELSEWHERE}/m`, run_id: ELSEWHERE },
  { source: 's3://bucket/m', run_id: ELSEWHERE },
  { source: 's3://bucket/m' },
  { source: 'dbfs:/models/m', run_id: ELSEWHERE },
  { source: `models:/m-${ELSEWHERE}`, model_id: `m-${ELSEWHERE}` },
];

test('a registry accepts versions of runs that another server tracks, without pinning them', async () => {
  const { get, post } = await serve();
  await post(`${API}/registered-models/create`, { name: 'far' });
  for (const [at, named] of SOURCES.entries()) {
    const { model_version } = await post(`${API}/model-versions/create`, { name: 'far', ...named });
    // MLflow's answer has no model_id.
    const { model_id: _, ...told } = { model_id: undefined, ...named };
    expect(model_version).toMatchObject({ ...told, version: String(at + 1), status: 'READY' });
    const version = `name=far&version=${at + 1}`;
    const uri = await get(`${API}/model-versions/get-download-uri?${version}`);
    expect(uri).toEqual({ artifact_uri: named.source });
  }
  // A copy of such a version also says where the files are.
  for (const [at, named] of SOURCES.entries()) {
    const copy = { name: 'copy', source: `models:/far/${at + 1}` };
    if (at === 0) await post(`${API}/registered-models/create`, { name: 'copy' });
    await post(`${API}/model-versions/create`, copy);
    const uri = await get(`${API}/model-versions/get-download-uri?name=copy&version=${at + 1}`);
    expect(uri).toEqual({ artifact_uri: named.source });
  }
});

test('a version whose files are elsewhere does not show the files of the model or run that it also names', async () => {
  const { post, put, fetch } = await serve();
  const { model } = await post(`${API}/logged-models`, { experiment_id: '0', name: 'net' });
  const { run } = await post(`${API}/runs/create`, { experiment_id: '0' });
  const { model_id } = model.info;
  const { run_id, artifact_uri } = run.info;
  await put(`${ARTIFACTS}/0/models/${model_id}/artifacts/a.txt`, 'of the model');
  await put(`${ARTIFACTS}/0/${run_id}/artifacts/m/a.txt`, 'of the run');
  await post(`${API}/registered-models/create`, { name: 'far' });
  const shown: unknown[] = [];
  for (const [at, named] of [
    { source: 's3://bucket/m', model_id },
    { source: 's3://bucket/m', run_id },
    { source: `models:/${model_id}`, model_id },
    { source: model.info.artifact_uri, model_id },
    { source: `runs:/${run_id}/m`, run_id },
    { source: `${artifact_uri}/m`, run_id },
  ].entries()) {
    await post(`${API}/model-versions/create`, { name: 'far', ...named });
    const file = `name=far&version=${at + 1}&path=a.txt`;
    const answer = await fetch(`/model-versions/get-artifact?${file}`);
    shown.push(answer.ok ? await answer.text() : answer.status);
  }
  expect(shown).toEqual([501, 501, 'of the model', 'of the model', 'of the run', 'of the run']);
});

test('a source without a run or logged model of this server must name the one of another server', async () => {
  const { send, post } = await serve();
  await post(`${API}/registered-models/create`, { name: 'far' });
  for (const [named, parameter] of [
    [{ source: `runs:/${ELSEWHERE}/m` }, 'run_id'],
    [{ source: `runs:/${ELSEWHERE}/m`, run_id: '' }, 'run_id'],
    [{ source: `runs:/${ELSEWHERE}/m`, run_id: 'd'.repeat(32) }, 'run_id'],
    [{ source: `models:/m-${ELSEWHERE}` }, 'model_id'],
    [{ source: `models:/m-${ELSEWHERE}`, model_id: `m-${'d'.repeat(32)}` }, 'model_id'],
  ] as const) {
    const body = { name: 'far', ...named };
    const { status, json } = await send('POST', `${API}/model-versions/create`, body);
    expect([named, status, json.error_code]).toEqual([named, 400, 'INVALID_PARAMETER_VALUE']);
    // The text of MLflow 3.17.
    expect(json.message).toBe(
      `Invalid model version source: '${named.source}'. The ${parameter} request parameter must identify the resource that contains the source.`,
    );
  }
});

test('a copy of a version must not name another run than its source', async () => {
  const { post, send } = await serve();
  await post(`${API}/registered-models/create`, { name: 'far' });
  await post(`${API}/model-versions/create`, {
    name: 'far',
    source: 's3://b/m',
    run_id: ELSEWHERE,
  });
  const copy = { name: 'far', source: 'models:/far/1', run_id: 'd'.repeat(32) };
  const { status, json } = await send('POST', `${API}/model-versions/create`, copy);
  expect([status, json.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  expect(json.message).toContain('must match the referenced model version');
});

test('a caller who may not read everything cannot register a run of another server', async () => {
  const server = await attackedServer({
    admin: { role: 'admin' },
    writer: { role: 'writer' },
    visitor: { role: 'writer', experiments: { '17': 'none' } },
  });
  const { call } = server;
  await call('admin', 'POST', `${API}/registered-models/create`, { name: 'far' });
  const create = (user: 'admin' | 'writer' | 'visitor', named: object) =>
    call(user, 'POST', `${API}/model-versions/create`, { name: 'far', ...named });
  for (const named of SOURCES.filter(({ source }) => source !== 's3://bucket/m')) {
    expect([named, (await create('visitor', named)).status]).toEqual([named, 403]);
    expect([named, (await create('writer', named)).status]).toEqual([named, 200]);
  }
});

test('a registered logged model lists its versions in a tag, if the caller may write to it', async () => {
  const server = await attackedServer({
    admin: { role: 'admin' },
    reader: { role: 'reader', models: { mine: 'writer' } },
  });
  const { call } = server;
  const draft = { experiment_id: '0', name: 'x' };
  const made = await call('admin', 'POST', `${API}/logged-models`, draft);
  const modelId = (made.json as { model: { info: { model_id: string } } }).model.info.model_id;
  await call('admin', 'POST', `${API}/registered-models/create`, { name: 'mine' });
  const version = { name: 'mine', source: `models:/${modelId}`, model_id: modelId };
  // The next registration by a user who may write to the model also lists the reader's version in the tag.
  const named = { admin: [1], reader: [1], 'admin again': [1, 2, 3] } as const;
  for (const [user, versions] of Object.entries(named)) {
    const caller = user === 'reader' ? 'reader' : 'admin';
    const { status, text } = await call(caller, 'POST', `${API}/model-versions/create`, version);
    expect([user, status, text]).toEqual([user, 200, text]);
    const [model] = await server.store.loggedModels({ modelIds: [modelId as never] });
    expect(JSON.parse(model?.tags['mlflow.modelVersions'] ?? '')).toEqual(
      versions.map((number) => ({ name: 'mine', version: number })),
    );
  }
});
