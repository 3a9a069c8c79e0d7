import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MemoryStore, type RunId } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { serve } from '../testing/serve.ts';
import { startRun } from '../testing/start-run.ts';

const API = '/api/2.0/mlflow';
const PROXY = '/api/2.0/mlflow-artifacts';
/** Much longer than the second that the test waits for, even on a busy machine. */
const HANG_MS = 60_000;

describe('artifacts over HTTP', () => {
  it('are recorded with size and digest, and cannot run in a browser', async () => {
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

  it('are streamed, and can be larger than a JSON body', async () => {
    const client = await serve({ bodyLimitBytes: 1000 });
    const { artifacts } = await startRun(client);
    const bytes = Buffer.alloc(5_000_000, 'tide');
    await client.put(`${artifacts}/weights.bin`, bytes);
    const answer = await client.fetch(`${artifacts}/weights.bin`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('can be uploaded in parts, in any order, which are assembled', async () => {
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

  it('have signed addresses that allow one action on one file until they expire', async () => {
    const client = await serve();
    const { runId, artifacts } = await startRun(client);
    const { presigned_url } = await client.post(`${API}/artifacts/presigned-upload-url`, {
      run_id: runId,
      path: 'a.txt',
    });
    expect((await fetch(presigned_url, { method: 'PUT', body: 'hello' })).status).toBe(200);
    const elsewhere = presigned_url.replace('a.txt', 'b.txt');
    expect((await fetch(elsewhere, { method: 'PUT', body: 'hello' })).status).toBe(403);
    expect((await fetch(presigned_url.replace('/upload/', '/download/'))).status).toBe(403);
    const { presigned_url: brief } = await client.post(`${API}/artifacts/presigned-download-url`, {
      run_id: runId,
      path: 'a.txt',
      expiration: 1,
    });
    const prolonged = brief.replace(/expires=(\d)/, 'expires=9$1');
    expect(prolonged).not.toBe(brief);
    expect((await fetch(prolonged)).status).toBe(403);
    await expect.poll(async () => (await fetch(brief)).status, { timeout: HANG_MS }).toBe(403);
    const { url } = await client.get(
      artifacts.replace('/artifacts/', '/presigned/').concat('/a.txt'),
    );
    const part = await fetch(url, { headers: { range: 'bytes=1-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'ell']);
  });

  it('are refused if they do not belong to an existing run or logged model', async () => {
    const client = await serve();
    for (const path of ['notes.txt', '0/missing/artifacts/x', '0/models/m-1/artifacts/x']) {
      const answer = await client.send('PUT', `${PROXY}/artifacts/${path}`, {});
      expect(answer.status).toBe(404);
    }
  });

  it('are deleted with their record, and can be uploaded again', async () => {
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

  it('outside the store are listed and read below the artifact root, and nowhere else', async () => {
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
