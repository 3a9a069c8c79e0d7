import { fileURLToPath } from 'node:url';
import { MemoryStore } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { describeStoreContract } from './store-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

describeStoreContract({ name: 'MemoryStore', open: async () => new MemoryStore() });

describeStoreContract({
  name: 'FileStore',
  open: async () => openFileStore(`${temporaryFolder()}/store`),
  reopen: async (store) => openFileStore(fileURLToPath(store.uri)),
});
