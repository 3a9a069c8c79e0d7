import type { Actor, Store } from '@tidemark/core';

/** The store that a command looks into; it has to exist. @throws STORE_NOT_FOUND and what `openStore` throws */
export async function openExistingStore(options: { readonly store?: string }): Promise<Store> {
  const { openStore } = await import('@tidemark/client');
  // Who looks into a server is to see that it is away, and not what waits for it.
  return openStore(options.store, { mustExist: true, spool: false });
}

/** The store that a command changes, and who changes it. @throws STORE_NOT_FOUND and what `openStore` throws */
export async function openToChange(options: {
  readonly store?: string;
}): Promise<{ readonly store: Store; readonly by: Actor }> {
  const [store, { currentActor }] = await Promise.all([
    openExistingStore(options),
    import('@tidemark/client'),
  ]);
  return { store, by: currentActor() };
}
