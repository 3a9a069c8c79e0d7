import { Agent, request as httpRequest } from 'node:http';
import { type ArtifactFile, MemoryStore, TidemarkError } from '@tidemark/core';
import { expect, onTestFinished, test } from 'vitest';
import { createServer } from '../server.ts';

/** A store whose disk is full after the first bytes of a file. */
function fullStore(): MemoryStore {
  const store = new MemoryStore();
  store.artifacts.write = async (_owner, path, content): Promise<ArtifactFile> => {
    for await (const _ of content as AsyncIterable<Uint8Array>) break;
    throw new TidemarkError('WRITE_FAILED', `The artifact ${path} could not be written.`);
  };
  return store;
}

test('the next request of a connection is answered after an upload that failed at its first bytes', async () => {
  const store = fullStore();
  const server = await createServer({ store });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(async () => {
    agent.destroy();
    await server.close();
  });
  const address = await server.listen({ port: 0 });
  const { runId } = await store.createRun({
    experimentId: '0' as never,
    name: 'r',
    userId: 'ada',
    startTimeMs: 1,
  });
  const send = (method: string, path: string, body: Uint8Array) =>
    new Promise<{ status: number | undefined; port: number | undefined }>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const request = httpRequest(`${address}${path}`, { method, agent, headers }, (answer) => {
        const port = answer.socket.localPort;
        answer.resume().on('end', () => resolve({ status: answer.statusCode, port }));
      });
      request.on('error', reject).end(body);
    });
  const upload = `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/large.bin`;
  const failed = await send('PUT', upload, new Uint8Array(8_000_000));
  const search = new TextEncoder().encode('{"experiment_ids":["0"]}');
  const next = await send('POST', '/api/2.0/mlflow/runs/search', search);
  expect([failed.status, next.status]).toEqual([500, 200]);
  expect(next.port).toBe(failed.port);
});
