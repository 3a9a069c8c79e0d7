import { fileURLToPath } from 'node:url';
import { MemoryStore } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { describeConcurrencyContract } from './concurrency-contract.ts';
import { describeStoreContract } from './store-contract/store-contract.ts';
import type { StoreUnderTest } from './store-under-test.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KINDS: readonly StoreUnderTest[] = [
  { name: 'MemoryStore', open: async () => new MemoryStore() },
  {
    name: 'FileStore',
    open: async () => openFileStore(`${temporaryFolder()}/store`),
    reopen: async (store) => openFileStore(fileURLToPath(store.uri)),
    racer: new URL('./file-store-racer.ts', import.meta.url),
  },
];

for (const kind of KINDS) {
  describeStoreContract(kind);
  describeConcurrencyContract(kind);
}
