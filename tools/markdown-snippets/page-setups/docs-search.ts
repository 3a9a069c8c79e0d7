import { openStore, type Store } from '@tidemark/client';

// A store to search.
declare global {
  var store: Store;
}

globalThis.store = await openStore('memory:');
