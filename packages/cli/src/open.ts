import type { Actor, Store } from '@tidemark/core';

/** Opens the store that a command reads. It must exist. @throws STORE_NOT_FOUND, and the errors of `openStore` */
export async function openExistingStore(options: { readonly store?: string }): Promise<Store> {
  const { openStore } = await import('@tidemark/client');
  // Without a spool: the user wants to see that the server is unreachable, and not the contents of the spool.
  return openStore(options.store, { mustExist: true, spool: false });
}

/**
 * Opens the store that a command changes, and returns it with the actor.
 * @throws STORE_NOT_FOUND, and the errors of `openStore`
 */
export async function openToChange(options: {
  readonly store?: string;
}): Promise<{ readonly store: Store; readonly by: Actor }> {
  const [store, { currentActor }] = await Promise.all([
    openExistingStore(options),
    import('@tidemark/client'),
  ]);
  return { store, by: currentActor() };
}
