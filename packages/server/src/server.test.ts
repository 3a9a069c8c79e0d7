import { join } from 'node:path';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { serve } from './testing/serve.ts';
import { startRun } from './testing/start-run.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';

describe('a server', () => {
  it('keeps acknowledged writes when it is opened again', async () => {
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
    // A client that sends no heartbeat is not treated as dead because its server closed.
    expect(run).toMatchObject({ info: { status: 'RUNNING' }, data: { metrics: [{ value: 1 }] } });
  });

  it('answers features that it does not have with 501 or 404, never with 500', async () => {
    const client = await serve();
    const statuses = new Map([
      ['POST /api/3.0/mlflow/traces', 501],
      ['GET /api/3.0/mlflow/traces/abc', 501],
      ['POST /api/3.0/mlflow/scorers/register', 501],
      ['GET /api/3.0/mlflow/workspaces', 404],
      ['GET /nothing', 404],
      ['POST /health', 405],
    ]);
    for (const [request, status] of statuses) {
      const [method = '', url = ''] = request.split(' ');
      expect([request, (await client.send(method, url, {})).status]).toEqual([request, status]);
    }
  });

  it('documents its endpoints with the schemas that validate them', async () => {
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

  it('describes itself in server-info, in the fields of MLflow 3.18', async () => {
    const client = await serve();
    const info = await client.get('/ajax-api/3.0/mlflow/server-info');
    expect(info).toMatchObject({
      store_type: null,
      artifact_serving_enabled: true,
      multipart_uploads_enabled: false,
      model_artifact_presigned_downloads_supported: false,
      artifacts_presigned_only: false,
      features_enabled: { gateway: false, scheduled_issue_detection: false },
      tracking_auth: '',
    });
  });
});
