import { startRun } from '@tidemark/client';
import { MemoryStore, type Store } from '@tidemark/core';

// Two stores, with a run in one.
declare global {
  var from: Store;
  var to: Store;
}

globalThis.from = new MemoryStore();
globalThis.to = new MemoryStore();
await startRun({ store: globalThis.from, experiment: 'penguins' }, async () => {});
