import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import {
  type ArtifactOwner,
  assertArtifactPath,
  collectBytes,
  MemoryStore,
  type RunId,
  type Store,
} from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { openRestStore } from '@tidemark/mlflow';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from '../server.ts';

const API = '/api/2.0';
/** Names that mean something in an address, to a shell or to a careless decoder, but are valid names. */
const NAMES = [
  'a#b.txt',
  '#',
  '%2e%2e',
  'a%5cb',
  '%252e',
  '%',
  '%zz',
  '%00',
  'a+b c.txt',
  '+',
  'a?b=c&d',
  "it's (1)*.png",
  'a;b,c=d@e$f!',
  '~',
  '...',
  'naïve 模型.txt',
  'mlflow:x',
  '{run}[0]',
];
const TEXT = new TextEncoder().encode('text');

function isName(path: string): boolean {
  try {
    return !assertArtifactPath(path).includes('/');
  } catch {
    return false;
  }
}

async function served(store: Store) {
  const server = await createServer({ store });
  onTestFinished(() => server.close());
  const address = await server.listen({ port: 0 });
  const remote = await openRestStore({ uri: address });
  const run = await remote.createRun({
    experimentId: (await remote.experiments())[0]?.experimentId ?? ('0' as never),
    name: 'run',
    userId: 'ada',
    startTimeMs: 1,
    tags: {},
  });
  const owner: ArtifactOwner = {
    kind: 'run',
    experimentId: run.experimentId,
    runId: run.runId as RunId,
  };
  return { address, remote, owner };
}

test('a valid name is stored and returned unchanged', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = await openFileStore(folder);
  const { address, remote, owner } = await served(store);
  const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(isName);
  const pieces = fc.constantFrom('%', '#', '+', '2e', '5c', '2f', '.', 'a', ' ', '?', '&');
  const odd = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  const sampled = fc.sample(fc.oneof(names, odd.filter(isName)), { numRuns: 12, seed: 14 });
  for (const [index, name] of [...NAMES, ...sampled].entries()) {
    // A separate folder for each name, because two of the names are one file on some systems.
    const path = `f${index}/${name}/${name}`;
    const { sizeBytes } = await remote.artifacts.write(owner, path, TEXT);
    expect([path, await remote.artifacts.list(owner, `f${index}/${name}`)]).toEqual([
      path,
      [{ path, isFolder: false, sizeBytes }],
    ]);
    expect(await store.artifacts.list(owner, `f${index}`)).toEqual([
      { path: `f${index}/${name}`, isFolder: true },
    ]);
    expect(await collectBytes(remote.artifacts.read(owner, path))).toEqual(TEXT);
    expect(await collectBytes(store.artifacts.read(owner, path))).toEqual(TEXT);
    const query = new URLSearchParams({ run_id: owner.runId, path });
    const got = await fetch(`${address}/get-artifact?${query}`);
    expect([path, got.status, await got.text()]).toEqual([path, 200, 'text']);
    const signed = await fetch(`${address}${API}/mlflow/artifacts/presigned-download-url`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ run_id: owner.runId, path }),
    });
    const { presigned_url } = (await signed.json()) as { presigned_url: string };
    expect([path, (await fetch(presigned_url)).status]).toEqual([path, 200]);
  }
});

test('a path that is invalid after one decoding is refused, and nothing is written', async () => {
  const store = new MemoryStore();
  const { address, owner } = await served(store);
  const root = `${API}/mlflow-artifacts/artifacts/${owner.experimentId}/${owner.runId}/artifacts`;
  for (const way of [
    '..',
    '%2e%2e',
    '%2E./x',
    'a/%2e%2e/b',
    'a%2f..%2fb',
    '%2fetc%2fpasswd',
    'a%00b',
    'a%5cb',
    'C:%5cx',
    'a%2f%2fb',
    '.',
  ]) {
    expect([way, await statusOf(address, 'PUT', `${root}/${way}`)]).toEqual([way, 400]);
    const got = await fetch(`${address}/get-artifact?run_id=${owner.runId}&path=${way}`);
    expect([way, got.status]).toEqual([way, 400]);
    expect(await got.json()).toMatchObject({ message: 'Invalid path' });
  }
  expect(await store.artifacts.list(owner)).toEqual([]);
});

/** Sends the address unchanged. `fetch` would remove the dots first. */
async function statusOf(address: string, method: string, path: string) {
  const { hostname, port } = new URL(address);
  const request = httpRequest({ hostname, port, method, path, agent: false });
  request.end('x');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
