import { MemoryStore } from '@tidemark/core';
import { openRestStore } from '@tidemark/mlflow';
import {
  describeConcurrencyContract,
  describeStoreContract,
  type StoreUnderTest,
} from '@tidemark/test-kit';
import { onTestFinished } from 'vitest';
import { createServer } from './index.ts';

/** The stores behind the servers, by address. */
const kept = new Map<string, MemoryStore>();

const kind: StoreUnderTest = {
  name: 'RestStore on a Tidemark server',
  open: async () => {
    const store = new MemoryStore();
    const server = await createServer({ store });
    onTestFinished(() => server.close());
    const client = openRestStore({ uri: await server.listen({ port: 0 }) });
    kept.set(client.uri, store);
    return client;
  },
  keeper: async ({ uri }) => kept.get(uri) as MemoryStore,
  reopen: async (store) => openRestStore({ uri: store.uri }),
  // On a server without logins, a name is only a claim.
  enter: async (store, { name }) => ({ store, by: { name, authenticated: false } }),
  racer: new URL('./testing/rest-store-racer.ts', import.meta.url),
};

describeStoreContract(kind);
describeConcurrencyContract(kind);
