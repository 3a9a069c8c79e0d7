import type { OpenStoreOptions } from '@tidemark/client';
import type { Actor, Store } from '@tidemark/core';

/** The stores that commands have opened, for the end of the process. */
const opened = new Set<Store>();

/**
 * Opens a store for a command. Commands open every store here and close none: a program that calls `runCli` shares its
 * stores with them. The process of a command calls `closeOpenedStores` at its end.
 * @throws the errors of `openStore`
 */
export async function openForCommand(
  address: string | undefined,
  options: OpenStoreOptions = {},
): Promise<Store> {
  const { openStore } = await import('@tidemark/client');
  const store = await openStore(address, options);
  opened.add(store);
  return store;
}

/** Opens the store that a command reads. It must exist. @throws STORE_NOT_FOUND, and the errors of `openStore` */
export function openExistingStore(options: { readonly store?: string }): Promise<Store> {
  // Without a spool: the user wants to see that the server is unreachable, and not the contents of the spool.
  return openForCommand(options.store, { mustExist: true, spool: false });
}

/**
 * Closes every store that a command has opened, which makes an index where reading was slow without one. Only the process
 * of the command may call this.
 * @throws WRITE_FAILED, and the other errors of `Store.close`
 */
export async function closeOpenedStores(): Promise<void> {
  for (const store of opened) if (!store.closed) await store.close();
  opened.clear();
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
