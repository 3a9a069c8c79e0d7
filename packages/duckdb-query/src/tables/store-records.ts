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

/** One event of a registered model, and the position of the change in its commit. */
export interface RegistryEvent extends RegistryActivity {
  /** 0-based. */
  readonly position: number;
}

/** Everything in a store except metric histories: the folded records, as its port returns them. */
export interface StoreRecords {
  readonly experiments: readonly Experiment[];
  readonly runs: readonly Run[];
  readonly loggedModels: readonly LoggedModel[];
  readonly registeredModels: readonly RegisteredModel[];
  /** Sorted by name and commit; empty when the store keeps no history of its registered models. */
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
 * The events of every registered model. Each history includes the earlier names of the model, because a commit
 * may refer to a request that was made under an earlier name. Commits that several histories share count
 * once.
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

/** The commits, including those under earlier names. Leaves out damaged ones, which the store reports itself. */
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
