import { assertArguments, type Store } from '@tidemark/core';
import type { Caller } from './access.ts';
import { readableStore } from './readable-store.ts';

/** What a caller may read, as plain data, so that another process can show the store as they see it. */
export interface StoreView {
  readonly experimentIds: readonly string[];
  /** The names that registered models have or had. */
  readonly registeredModels: readonly string[];
}

/** Returns what a caller may read of a store; `undefined` for everything. */
export async function viewOf(store: Store, caller: Caller): Promise<StoreView | undefined> {
  if (caller.readsAll) return undefined;
  const seen = readableStore(store, caller);
  const [experiments, entries, chains = []] = await Promise.all([
    seen.experiments(),
    seen.registry.list(),
    seen.registry.chains?.names(),
  ]);
  const names = new Set([...entries.map(({ model }) => model.name), ...chains]);
  return {
    experimentIds: experiments.map(({ experimentId }) => experimentId).sort(),
    registeredModels: [...names].sort(),
  };
}

/**
 * Returns the store as it is in a view, for reading: the same as `readableStore` for the caller of the view. Without a view
 * it is the store itself.
 */
export function storeInView(store: Store, view: StoreView | undefined): Store {
  assertArguments({ store, view }, 'storeInView', { store: 'store', view: 'record?' });
  if (view === undefined) return store;
  assertArguments(view, 'storeInView', { experimentIds: 'strings', registeredModels: 'strings' });
  const experiments = new Set(view.experimentIds);
  const models = new Set(view.registeredModels);
  return readableStore(store, {
    unrestricted: false,
    readsAll: false,
    may: (role, target) =>
      role === 'reader' &&
      ((target.kind === 'experiment' && experiments.has(target.experimentId)) ||
        (target.kind === 'registered-model' && models.has(target.name))),
  });
}
