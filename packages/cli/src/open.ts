import { openStore } from '@tidemark/client';
import type { Store } from '@tidemark/core';

/** The store that a command looks into; it has to exist. @throws STORE_NOT_FOUND and what `openStore` throws */
export function openExistingStore(options: { readonly store?: string }): Promise<Store> {
  // Who looks into a server is to see that it is away, and not what waits for it.
  return openStore(options.store, { mustExist: true, spool: false });
}
