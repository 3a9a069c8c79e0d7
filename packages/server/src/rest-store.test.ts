import { MemoryStore } from '@tidemark/core';
import { openRestStore } from '@tidemark/mlflow';
import { describeStoreContract } from '@tidemark/test-kit';
import { onTestFinished } from 'vitest';
import { createServer } from './index.ts';

describeStoreContract({
  name: 'RestStore on a Tidemark server',
  open: async () => {
    const server = await createServer({ store: new MemoryStore() });
    onTestFinished(() => server.close());
    return openRestStore({ uri: await server.listen({ port: 0 }) });
  },
  reopen: async (store) => openRestStore({ uri: store.uri }),
});
