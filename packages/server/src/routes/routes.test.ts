import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MemoryStore, type RunId } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { type Client, serve } from '../testing/serve.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';

async function startRun(client: Client): Promise<{ runId: string; artifacts: string }> {
  const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
  const runId: string = run.info.run_id;
  return { runId, artifacts: `${PROXY}/artifacts/0/${runId}/artifacts` };
}

describe('runs over HTTP', () => {
  it('take a batch as a whole or not at all', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    await client.post(`${API}/runs/log-parameter`, { run_id: runId, key: 'lr', value: '1' });
    const refused = await client.send('POST', `${API}/runs/log-batch`, {
      run_id: runId,
      metrics: [{ key: 'loss', value: 1, timestamp: 1 }],
      params: [{ key: 'lr', value: '2' }],
      tags: [{ key: 'stage', value: 'late' }],
    });
    expect(refused.status).toBe(400);
    expect(refused.json.message).toContain(
      `Params were already logged='[{'key': 'lr', 'old_value': '1', 'new_value': '2'}]' for run ID='${runId}'`,
    );
    const { run } = await client.get(`${API}/runs/get?run_id=${runId}`);
    expect(run.data.metrics).toBeUndefined();
    expect(run.data.tags).not.toContainEqual({ key: 'stage', value: 'late' });
  });

  it('keep every point of a batch, whatever they have in common', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    const metrics = Array.from({ length: 300 }, (_, index) => ({
      key: ['a', 'b', 'c'][index % 3],
      value: index === 7 ? 'NaN' : index / 7,
      timestamp: 1000 + (index % 5),
      step: index % 11,
    }));
    await client.post(`${API}/runs/log-batch`, { run_id: runId, metrics });
    for (const key of ['a', 'b', 'c']) {
      const logged = metrics.filter((metric) => metric.key === key);
      const { metrics: history } = await client.get(
        `${API}/metrics/get-history?run_id=${runId}&metric_key=${key}`,
      );
      const byText = (points: object[]) => points.map((point) => JSON.stringify(point)).sort();
      expect(byText(history)).toEqual(byText(logged));
    }
  });

  it('sample a long history at even distances, with both ends', async () => {
    const client = await serve();
    const { runId } = await startRun(client);
    const metrics = Array.from({ length: 1000 }, (_, step) => ({
      key: 'loss',
      value: step,
      timestamp: step,
      step,
    }));
    await client.post(`${API}/runs/log-batch`, { run_id: runId, metrics });
    const url = `${API}/metrics/get-history-bulk-interval?run_ids=${runId}&metric_key=loss&max_results=10`;
    const { metrics: sample } = await client.get(url);
    expect(sample.map(({ step }: { step: number }) => step)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 999,
    ]);
  });

  it('find the runs that match, page by page, each once', async () => {
    const client = await serve();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push((await startRun(client)).runId);
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.post(`${API}/runs/search`, {
        experiment_ids: ['0'],
        max_results: 2,
        ...(token === undefined ? {} : { page_token: token }),
      });
      found.push(...page.runs.map((run: { info: { run_id: string } }) => run.info.run_id));
      token = page.next_page_token;
    } while (token !== undefined);
    expect(found.toSorted()).toEqual(ids.toSorted());
  });
});

describe('artifacts over HTTP', () => {
  it('are recorded with size and digest, and cannot act in a page', async () => {
    const store = new MemoryStore();
    const client = await serve({ store });
    const { runId, artifacts } = await startRun(client);
    const page = '<script>alert(1)</script>';
    await client.put(`${artifacts}/report/index.html`, page);
    const [run] = await store.runs({ runIds: [runId as RunId] });
    expect(run?.artifacts).toEqual([
      {
        path: 'report/index.html',
        sizeBytes: page.length,
        sha256: createHash('sha256').update(page).digest('hex'),
      },
    ]);
    const answer = await client.fetch(`/get-artifact?run_id=${runId}&path=report/index.html`);
    expect(await answer.text()).toBe(page);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename=index.html');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('stream through, larger than a body of JSON may be', async () => {
    const client = await serve({ bodyLimitBytes: 1000 });
    const { artifacts } = await startRun(client);
    const bytes = Buffer.alloc(5_000_000, 'tide');
    await client.put(`${artifacts}/weights.bin`, bytes);
    const answer = await client.fetch(`${artifacts}/weights.bin`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('come in parts, in any order, and are put together', async () => {
    const client = await serve();
    const { artifacts } = await startRun(client);
    const upload = artifacts.replace('/artifacts/', '/mpu/create/');
    const { upload_id, credentials } = await client.post(upload, {
      path: '/home/ada/model.bin',
      num_parts: 3,
    });
    const parts = [];
    for (const { url, part_number } of credentials.toReversed()) {
      const answer = await fetch(url, { method: 'PUT', body: `part ${part_number};` });
      parts.push({ part_number, etag: answer.headers.get('etag') });
    }
    const complete = upload.replace('create', 'complete');
    const said = { path: '/home/ada/model.bin', upload_id };
    const missing = await client.send('POST', complete, { ...said, parts: parts.slice(1) });
    expect(missing).toMatchObject({ status: 400, json: { message: /part 3 is missing/ } });
    await client.post(complete, { ...said, parts });
    const answer = await client.fetch(`${artifacts}/model.bin`);
    expect(await answer.text()).toBe('part 1;part 2;part 3;');
  });

  it('have addresses that allow one thing for a while', async () => {
    const client = await serve();
    const { runId, artifacts } = await startRun(client);
    const { presigned_url } = await client.post(`${API}/artifacts/presigned-upload-url`, {
      run_id: runId,
      path: 'a.txt',
    });
    expect((await fetch(presigned_url, { method: 'PUT', body: 'hello' })).status).toBe(200);
    const elsewhere = presigned_url.replace('a.txt', 'b.txt');
    expect((await fetch(elsewhere, { method: 'PUT', body: 'hello' })).status).toBe(403);
    const { url } = await client.get(
      artifacts.replace('/artifacts/', '/presigned/').concat('/a.txt'),
    );
    const part = await fetch(url, { headers: { range: 'bytes=1-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'ell']);
  });

  it('belong to a run or a logged model, or to nobody', async () => {
    const client = await serve();
    for (const path of ['notes.txt', '0/nobody/artifacts/x', '0/models/m-1/artifacts/x']) {
      const answer = await client.send('PUT', `${PROXY}/artifacts/${path}`, {});
      expect(answer.status).toBe(404);
    }
  });

  it('are removed with their record, and can be uploaded again', async () => {
    const store = new MemoryStore();
    const client = await serve({ store });
    const { runId, artifacts } = await startRun(client);
    const recorded = async () =>
      (await store.runs({ runIds: [runId as RunId] }))[0]?.artifacts.map(({ path }) => path);
    await client.put(`${artifacts}/plots/roc.txt`, 'first');
    await client.put(`${artifacts}/notes.txt`, 'kept');
    for (const path of ['plots', 'plots']) await client.send('DELETE', `${artifacts}/${path}`);
    expect(await recorded()).toEqual(['notes.txt']);
    expect((await client.fetch(`${artifacts}/plots/roc.txt`)).status).toBe(404);
    await client.put(`${artifacts}/plots/roc.txt`, 'second');
    expect(await recorded()).toEqual(['notes.txt', 'plots/roc.txt']);
    expect(await (await client.fetch(`${artifacts}/plots/roc.txt`)).text()).toBe('second');
  });

  it('elsewhere are listed and read below the artifact root, and nowhere else', async () => {
    const root = temporaryFolder();
    const client = await serve({ artifactRoot: root });
    const { experiment_id } = await client.post(`${API}/experiments/create`, { name: 'local' });
    const { run } = await client.post(`${API}/runs/create`, { experiment_id });
    const { run_id, artifact_uri } = run.info;
    const folder = join(root, experiment_id, run_id, 'artifacts');
    expect(artifact_uri).toBe(pathToFileURL(folder).href);
    mkdirSync(join(folder, 'plots'), { recursive: true });
    writeFileSync(join(folder, 'plots', 'roc.txt'), 'curve');
    symlinkSync('/etc', join(folder, 'outside'));
    const { files } = await client.get(`${API}/artifacts/list?run_id=${run_id}&path=plots`);
    expect(files).toEqual([{ path: 'plots/roc.txt', is_dir: false, file_size: 5 }]);
    const answer = await client.fetch(`/get-artifact?run_id=${run_id}&path=plots/roc.txt`);
    expect(await answer.text()).toBe('curve');
    const link = await client.send('GET', `/get-artifact?run_id=${run_id}&path=outside/hostname`);
    expect(link.status).toBe(404);

    const elsewhere = await client.post(`${API}/experiments/create`, {
      name: 'elsewhere',
      artifact_location: '/etc',
    });
    const other = await client.post(`${API}/runs/create`, elsewhere);
    const refused = await client.send(
      'GET',
      `${API}/artifacts/list?run_id=${other.run.info.run_id}`,
    );
    expect(refused.status).toBe(501);
  });
});

describe('the registry over HTTP', () => {
  it('pins the files of a logged model, and gives them back', async () => {
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

  it('finds models as clients ask that leave prompts out', async () => {
    const client = await serve();
    await client.post(`${API}/registered-models/create`, { name: 'net' });
    const filter = encodeURIComponent("tag.`mlflow.prompt.is_prompt` != 'true'");
    const { registered_models } = await client.get(
      `${API}/registered-models/search?filter=${filter}`,
    );
    expect(registered_models).toHaveLength(1);
  });

  it('archives the versions in a stage with the approval that asks for it', async () => {
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

  it('tells listeners what changed, once it is written', async () => {
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

describe('a server', () => {
  it('keeps what it acknowledged when it is opened again', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const client = await serve({ store });
    const { runId } = await startRun(client);
    await client.post(`${API}/runs/log-metric`, {
      run_id: runId,
      key: 'm',
      value: 1,
      timestamp: 1,
    });
    await client.close();
    await store.close();
    const again = await serve({ store: openFileStore(folder) });
    const { run } = await again.get(`${API}/runs/get?run_id=${runId}`);
    // A client that sends no heartbeat is not taken for dead because its server ended.
    expect(run).toMatchObject({ info: { status: 'RUNNING' }, data: { metrics: [{ value: 1 }] } });
  });

  it('says what it does not have, and never 500', async () => {
    const client = await serve();
    const statuses = new Map([
      ['POST /api/3.0/mlflow/traces', 501],
      ['GET /api/3.0/mlflow/traces/abc', 501],
      ['POST /api/3.0/mlflow/scorers/register', 501],
      ['GET /api/3.0/mlflow/workspaces', 404],
      ['POST /graphql', 501],
      ['GET /nothing', 404],
      ['POST /health', 405],
    ]);
    for (const [request, status] of statuses) {
      const [method = '', url = ''] = request.split(' ');
      expect([request, (await client.send(method, url, {})).status]).toEqual([request, status]);
    }
  });

  it('documents every endpoint with the schema that checks it', async () => {
    const client = await serve();
    const document = await client.get('/openapi.json');
    const operations = Object.values<Record<string, object>>(document.paths).flatMap(Object.values);
    expect(operations.length).toBeGreaterThan(80);
    const create = document.paths[`${API}/experiments/create`].post;
    const { schema } = create.requestBody.content['application/json'];
    expect(schema.required).toEqual(['name']);
    expect(schema.properties.tags.anyOf).toContainEqual(expect.objectContaining({ type: 'array' }));
    const begin = document.paths[`${PROXY}/mpu/create/{artifact_path}`].post.requestBody;
    expect(begin.content['application/json'].schema.required).toEqual(['path', 'num_parts']);
    const get = document.paths[`${API}/runs/get`].get;
    expect(get.parameters).toContainEqual(
      expect.objectContaining({ name: 'run_id', in: 'query', required: true }),
    );
  });
});
