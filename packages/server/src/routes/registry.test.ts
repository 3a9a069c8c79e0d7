import { describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import { startRun } from '../testing/start-run.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';

describe('the registry over HTTP', () => {
  it('pins the files of a logged model, and returns them', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    const { model } = await client.post(`${API}/logged-models`, {
      experiment_id: '0',
      name: 'net',
      source_run_id: runId,
    });
    const id: string = model.info.model_id;
    await client.put(`${PROXY}/artifacts/0/models/${id}/artifacts/MLmodel`, 'flavors: {}');
    await client.send('PATCH', `${API}/logged-models/${id}`, { status: 'LOGGED_MODEL_READY' });
    await client.post(`${API}/registered-models/create`, { name: 'net' });
    const { model_version } = await client.post(
      `${API}/model-versions/create`,
      { name: 'net', source: `models:/${id}` },
      { 'x-tidemark-fields': '1' },
    );
    expect(model_version).toMatchObject({
      run_id: runId,
      tidemark: { model_id: id, artifacts_digest: expect.stringMatching(/^sha256:/) },
    });
    const { artifact_uri } = await client.get(
      `${API}/model-versions/get-download-uri?name=net&version=1`,
    );
    expect(artifact_uri).toBe(model.info.artifact_uri);
    const answer = await client.fetch(
      '/model-versions/get-artifact?name=net&version=1&path=MLmodel',
    );
    expect(await answer.text()).toBe('flavors: {}');
  });

  it('finds models for clients whose filter leaves prompts out', async () => {
    const client = await serve();
    await client.post(`${API}/registered-models/create`, { name: 'net' });
    const filter = encodeURIComponent("tag.`mlflow.prompt.is_prompt` != 'true'");
    const { registered_models } = await client.get(
      `${API}/registered-models/search?filter=${filter}`,
    );
    expect(registered_models).toHaveLength(1);
  });

  it('archives the versions in a stage with an approval that requests it', async () => {
    const client = await serve();
    await client.post(`${API}/registered-models/create`, { name: 'net' });
    for (const version of ['1', '2']) {
      await client.post(`${API}/model-versions/create`, { name: 'net', source: 's3://bucket/net' });
      const request = { name: 'net', version, stage: 'Production' };
      await client.post(`${API}/transition-requests/create`, request);
      const archive = { archive_existing_versions: true };
      await client.post(`${API}/transition-requests/approve`, { ...request, ...archive });
    }
    const stageOf = async (version: number) => {
      const path = `${API}/model-versions/get?name=net&version=${version}`;
      return (await client.get(path)).model_version.current_stage;
    };
    expect([await stageOf(1), await stageOf(2)]).toEqual(['Archived', 'Production']);
  });

  it('names the aliases of a version in every answer', async () => {
    const client = await serve();
    await client.post(`${API}/registered-models/create`, { name: 'net' });
    await client.post(`${API}/model-versions/create`, { name: 'net', source: 's3://bucket/net' });
    const version = { name: 'net', version: '1' };
    await client.post(`${API}/registered-models/alias`, { ...version, alias: 'champion' });
    const named = { aliases: ['champion'] };
    expect(await client.get(`${API}/model-versions/search`)).toMatchObject({
      model_versions: [named],
    });
    expect(await client.get(`${API}/registered-models/search`)).toMatchObject({
      registered_models: [{ latest_versions: [named] }],
    });
    expect(await client.get(`${API}/registered-models/get?name=net`)).toMatchObject({
      registered_model: { latest_versions: [named] },
    });
    const staged = { ...version, stage: 'Staging' };
    expect(await client.post(`${API}/model-versions/transition-stage`, staged)).toMatchObject({
      model_version: named,
    });
  });

  it('reports changes to listeners after they are written', async () => {
    const told: string[] = [];
    const client = await serve({ onChange: ({ kind }) => told.push(kind) });
    const version = { name: 'net', version: '1' };
    await client.post(`${API}/registered-models/create`, { name: 'net' });
    await client.send('POST', `${API}/registered-models/create`, { name: 'net' });
    await client.post(`${API}/model-versions/create`, { name: 'net', source: 's3://bucket/net' });
    await client.post(`${API}/registered-models/alias`, { ...version, alias: 'champion' });
    await client.post(`${API}/transition-requests/create`, { ...version, stage: 'Staging' });
    await client.post(`${API}/transition-requests/approve`, { ...version, stage: 'Staging' });
    expect(told).toEqual([
      'registered-model-created',
      'model-version-created',
      'model-version-alias-created',
      'transition-request-created',
      'transition-request-approved',
      'model-version-stage-changed',
    ]);
  });
});
