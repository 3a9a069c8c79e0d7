import type { Experiment, LoggedModel, RegisteredModel, Run, Store } from '@tidemark/core';

/** What a store holds beside metric histories: the folded records, as its port gives them. */
export interface StoreRecords {
  readonly experiments: readonly Experiment[];
  readonly runs: readonly Run[];
  readonly loggedModels: readonly LoggedModel[];
  readonly registeredModels: readonly RegisteredModel[];
}

/** Reads all records of a store. */
export async function readRecords(store: Store): Promise<StoreRecords> {
  const experiments = await store.experiments();
  const runs = await store.runs({});
  const loggedModels = await store.loggedModels({});
  const registered = await store.registry.list();
  return {
    experiments,
    runs,
    loggedModels,
    registeredModels: registered.map(({ model }) => model),
  };
}
