import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryStore, sha256Hex } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { type Client, serve } from '../testing/serve.ts';
import { parseByteRange } from './byte-range.ts';

const API = '/api/2.0/mlflow';
const CONTENT = '0123456789';

async function withFile(): Promise<{ client: Client; doors: readonly string[] }> {
  const client = await serve({ store: new MemoryStore() });
  const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
  const file = `/api/2.0/mlflow-artifacts/artifacts/0/${run.info.run_id}/artifacts/a.txt`;
  await client.put(file, CONTENT);
  return { client, doors: [file, `/get-artifact?run_id=${run.info.run_id}&path=a.txt`] };
}

describe('a range of an artifact', () => {
  it.each([
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, CONTENT, 'bytes 0-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, CONTENT, null],
    ['bytes=0-1,3-4', 200, CONTENT, null],
    ['lines=1-2', 200, CONTENT, null],
    ['bytes=-', 200, CONTENT, null],
  ])('%s is answered %i', async (range, status, text, contentRange) => {
    const { client, doors } = await withFile();
    for (const door of doors) {
      const answer = await client.fetch(door, { headers: { range } });
      expect([answer.status, await answer.text()]).toEqual([status, text]);
      expect(answer.headers.get('content-range')).toBe(contentRange);
      expect(answer.headers.get('content-length')).toBe(String(text.length));
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
    }
  });

  it('is sent only of the version that If-Range names, otherwise the whole file', async () => {
    const { client, doors } = await withFile();
    const etag = `"${sha256Hex(CONTENT)}"`;
    for (const door of doors) {
      expect((await client.fetch(door)).headers.get('etag')).toBe(etag);
      for (const [unchanged, status] of [
        [etag, 206],
        [`"${'0'.repeat(64)}"`, 200],
        [`W/${etag}`, 200],
        [new Date().toUTCString(), 200],
      ] as const) {
        const headers = { range: 'bytes=0-1', 'if-range': unchanged };
        expect((await client.fetch(door, { headers })).status).toBe(status);
      }
    }
  });

  it('is ignored by HEAD, which has the headers of the whole file', async () => {
    const { client, doors } = await withFile();
    for (const door of doors) {
      const answer = await client.fetch(door, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
      expect(answer.headers.get('content-length')).toBe('10');
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
      const missing = await client.fetch(door.replace('a.txt', 'b.txt'), { method: 'HEAD' });
      expect(missing.status).toBe(404);
    }
  });
});

describe('the version of an artifact', () => {
  const etag = `"${sha256Hex(CONTENT)}"`;
  const other = `"${'0'.repeat(64)}"`;

  it.each([
    ['if-none-match', etag, 304],
    ['if-none-match', `W/${etag}`, 304],
    ['if-none-match', `${other}, ${etag}`, 304],
    ['if-none-match', '*', 304],
    ['if-none-match', other, 200],
    ['if-none-match', 'nonsense', 200],
    ['if-match', etag, 200],
    ['if-match', '*', 200],
    ['if-match', other, 412],
    ['if-match', `W/${etag}`, 412],
  ])('%s %s is answered %i', async (header, value, status) => {
    const { client, doors } = await withFile();
    for (const door of doors) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await client.fetch(door, { method, headers: { [header]: value } });
        const whole = status === 200 && method === 'GET' ? CONTENT : '';
        expect([answer.status, await answer.text()]).toEqual([status, whole]);
        expect(answer.headers.get('etag')).toBe(etag);
      }
    }
  });
});

test('a large artifact is sent with its length', async () => {
  const large = Buffer.alloc(1_000_000, 'tidemark ');
  const store = openFileStore(join(temporaryFolder(), 'store'));
  onTestFinished(() => store.close());
  const client = await serve({ store });
  const { run } = await client.post(`${API}/runs/create`, { experiment_id: '0' });
  const file = `/api/2.0/mlflow-artifacts/artifacts/0/${run.info.run_id}/artifacts/large.bin`;
  await client.put(file, large);
  const answer = await client.fetch(file);
  expect(answer.headers.get('content-length')).toBe(String(large.length));
  expect(Buffer.from(await answer.arrayBuffer()).equals(large)).toBe(true);
});

test('a file that becomes shorter during a download breaks the connection', async () => {
  const client = await serve({ artifactRoot: join(temporaryFolder(), 'files') });
  const made = await client.post(`${API}/experiments/create`, { name: 'elsewhere' });
  const { run } = await client.post(`${API}/runs/create`, made);
  const folder = fileURLToPath(run.info.artifact_uri);
  mkdirSync(folder, { recursive: true });
  const place = join(folder, 'large.bin');
  writeFileSync(place, '');
  truncateSync(place, 200_000_000);
  const answer = await client.fetch(`/get-artifact?run_id=${run.info.run_id}&path=large.bin`);
  expect(answer.headers.get('content-length')).toBe('200000000');
  truncateSync(place, 1_000);
  await expect(answer.arrayBuffer()).rejects.toThrow();
  expect((await client.fetch('/health')).status).toBe(200);
});

test('a range is never empty and never outside the file', () => {
  const number = fc.oneof(fc.nat(30).map(String), fc.constant(''), fc.constant('9'.repeat(30)));
  fc.assert(
    fc.property(number, number, fc.nat(20), (first, last, size) => {
      const range = parseByteRange(`bytes=${first}-${last}`, size);
      if (range === undefined || range === 'unsatisfiable') return;
      expect(range.first).toBeGreaterThanOrEqual(0);
      expect(range.last).toBeGreaterThanOrEqual(range.first);
      expect(range.last).toBeLessThan(size);
    }),
  );
});

test('the end of a file of a terabyte is read without the bytes before it', async () => {
  const root = join(temporaryFolder(), 'files');
  for (const artifactRoot of [undefined, root]) {
    const folder = join(temporaryFolder(), 'store');
    const store = openFileStore(folder);
    const client = await serve({ store, ...(artifactRoot && { artifactRoot }) });
    const made = await client.post(`${API}/experiments/create`, { name: 'large' });
    const { run } = await client.post(`${API}/runs/create`, made);
    const { run_id, artifact_uri } = run.info;
    const place = artifactRoot
      ? fileURLToPath(artifact_uri)
      : join(folder, 'artifacts', made.experiment_id, run_id);
    mkdirSync(place, { recursive: true });
    const file = openSync(join(place, 'a.bin'), 'w');
    const size = 2 ** 40;
    writeSync(file, CONTENT, size - CONTENT.length);
    closeSync(file);
    const headers = { range: 'bytes=-3' };
    const range = await client.fetch(`/get-artifact?run_id=${run_id}&path=a.bin`, { headers });
    expect([range.status, await range.text()]).toEqual([206, '789']);
    expect(range.headers.get('content-range')).toBe(`bytes ${size - 3}-${size - 1}/${size}`);
    await store.close();
  }
});

test('files that clients write to a folder can be read in ranges, but not written by the server', async () => {
  const store = new MemoryStore();
  const client = await serve({ store, artifactRoot: join(temporaryFolder(), 'files') });
  const made = await client.post(`${API}/experiments/create`, { name: 'elsewhere' });
  const { run } = await client.post(`${API}/runs/create`, made);
  const { run_id, artifact_uri } = run.info;
  const folder = fileURLToPath(artifact_uri);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'a.txt'), CONTENT);
  const range = await client.fetch(`/get-artifact?run_id=${run_id}&path=a.txt`, {
    headers: { range: 'bytes=-2' },
  });
  expect([range.status, await range.text()]).toEqual([206, '89']);

  const upload = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run_id}&path=b.txt`;
  const { status, json } = await client.send('POST', upload, { x: 1 });
  expect([status, json.error_code]).toEqual([501, 'NOT_IMPLEMENTED']);
  expect(json.message).toContain(artifact_uri);
  const [kept] = await store.runs({ runIds: [run_id] });
  expect(kept?.artifacts).toEqual([]);
});
