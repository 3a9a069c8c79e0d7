import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegistryStore } from '@tidemark/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRestStore } from './rest-store.ts';

const BY = { name: 'ada', authenticated: false } as const;
const CREATION = {
  by: BY,
  atMs: 1,
  changes: [{ kind: 'model-created', description: '' } as const],
};

/** Returns the registry of a server with at most one model, and the calls that it received. */
async function registryOf(isThere: (calls: readonly string[]) => boolean): Promise<{
  registry: RegistryStore;
  calls: string[];
}> {
  const calls: string[] = [];
  const model = { name: 'penguins', creation_timestamp: 1, last_updated_timestamp: 1 };
  const server = createServer((request, response) => {
    const path = request.url?.replace(/^.*mlflow\//, '').replace(/\?.*/, '') ?? '';
    calls.push(path);
    const answers = path !== 'registered-models/get' || isThere(calls);
    response
      .writeHead(answers ? 200 : 404, { 'content-type': 'application/json' })
      .end(
        JSON.stringify(
          answers ? { registered_model: model } : { error_code: 'RESOURCE_DOES_NOT_EXIST' },
        ),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { registry: openRestStore({ uri: `http://127.0.0.1:${port}` }).registry, calls };
}

describe('a conflict with another client', () => {
  it('says that nothing was written if the model existed before', async () => {
    const { registry, calls } = await registryOf(() => true);
    await expect(registry.commit('penguins', undefined, CREATION)).rejects.toMatchObject({
      code: 'REGISTRY_CONFLICT',
      message: expect.stringContaining('changed it first, so nothing was written'),
    });
    expect(calls).not.toContain('registered-models/create');
  });

  it('does not say that if the call created the model, which then disappeared', async () => {
    const { registry, calls } = await registryOf(() => false);
    await expect(registry.commit('penguins', undefined, CREATION)).rejects.toMatchObject({
      code: 'REGISTRY_CONFLICT',
      message: expect.not.stringContaining('nothing was written'),
    });
    expect(calls).toContain('registered-models/create');
  });
});
