import {
  type ChainedCommit,
  type Experiment,
  isTidemarkError,
  type LoggedModel,
  modelActivity,
  modelHistory,
  type RegisteredModel,
  type RegistryActivity,
  type Run,
  type Store,
} from '@tidemark/core';

/** One thing that happened to a registered model, and which change of its commit it was. */
export interface RegistryEvent extends RegistryActivity {
  /** From 0 on. */
  readonly position: number;
}

/** Everything in a store except metric histories: the folded records, as its port returns them. */
export interface StoreRecords {
  readonly experiments: readonly Experiment[];
  readonly runs: readonly Run[];
  readonly loggedModels: readonly LoggedModel[];
  readonly registeredModels: readonly RegisteredModel[];
  /** By name and commit; empty when the store keeps no history of its registered models. */
  readonly registryEvents: readonly RegistryEvent[];
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
    registryEvents: await readRegistryEvents(store),
  };
}

/**
 * What happened to every registered model. Each history goes back through the names that the model
 * had, since a commit may speak of a request that was made under an earlier one; the commits that
 * histories share count once.
 */
async function readRegistryEvents(store: Store): Promise<RegistryEvent[]> {
  const events = new Map<string, RegistryEvent[]>();
  for (const name of (await store.registry.chains?.names()) ?? []) {
    const commits = await commitsOf(store, name);
    const ofName = new Map<string, RegistryEvent[]>();
    for (const activity of modelActivity(commits)) {
      const { hash } = activity.commit;
      const changes = ofName.get(hash) ?? [];
      ofName.set(hash, [...changes, { ...activity, position: changes.length }]);
    }
    for (const [hash, changes] of ofName) events.set(hash, changes);
  }
  return [...events.values()].flat();
}

/** The commits, with those of earlier names, unless one of these is damaged, which the store has reported itself. */
async function commitsOf(store: Store, name: string): Promise<ChainedCommit[]> {
  try {
    return await collect(modelHistory(store, name));
  } catch (error) {
    if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
    return await collect(store.registry.chains?.commits(name) ?? []);
  }
}

async function collect(
  commits: AsyncIterable<ChainedCommit> | readonly ChainedCommit[],
): Promise<ChainedCommit[]> {
  const collected: ChainedCommit[] = [];
  for await (const commit of commits) collected.push(commit);
  return collected;
}
