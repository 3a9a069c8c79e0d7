import type { ChainedCommit } from '../chain/registry-chain.ts';
import { singleChanges } from '../chain/single-changes.ts';
import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { RegistryChains } from '../port/registry-store.ts';
import type { Store } from '../port/store.ts';
import { modelNotFound } from './commit-changes.ts';

/**
 * The commits of a registered model in the order in which they happened, with those that it had
 * under earlier names. Also of a model that is gone.
 * @throws MODEL_NOT_FOUND when the name never had a model, HISTORY_UNAVAILABLE, STORE_DAMAGED
 */
export async function* modelHistory(store: Store, name: string): AsyncGenerator<ChainedCommit> {
  assertArguments({ store, name }, 'modelHistory', { store: 'store', name: 'string' });
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) {
    yield* reviews.history(name);
    return;
  }
  const chains = chainsOf(store);
  if ((await chains.read(name)) === undefined) throw modelNotFound(name);
  yield* follow(chains, name, Number.MAX_SAFE_INTEGER, new Set());
}

/** @throws HISTORY_UNAVAILABLE */
export function chainsOf(store: Store): RegistryChains {
  const { chains } = store.registry;
  if (chains !== undefined) return chains;
  throw new TidemarkError(
    'HISTORY_UNAVAILABLE',
    `${store.uri} keeps no history of its registered models. Use a store in a folder, or a Tidemark server.`,
    { details: { store: store.uri } },
  );
}

/** The commits of a name up to a number, each behind those of the names that the model came from. */
async function* follow(
  chains: RegistryChains,
  name: string,
  upTo: number,
  seen: Set<string>,
): AsyncGenerator<ChainedCommit> {
  const commits: ChainedCommit[] = [];
  for await (const commit of chains.commits(name)) {
    if (commit.number <= upTo) commits.push(commit);
  }
  const stands = (await chains.read(name))?.model !== undefined;
  for (const [index, commit] of commits.entries()) {
    // A model that was renamed there and back has each commit once.
    const own = `${commit.hash} ${commit.number}`;
    if (seen.has(own)) continue;
    seen.add(own);
    const [change] = commit.changes;
    const following = commits[index + 1];
    const next = following && singleChanges(following)[0]?.change.kind;
    const cameTrue =
      next === undefined ? stands : next !== 'model-created' && next !== 'model-arrived';
    if (change?.kind === 'model-arrived' && cameTrue) {
      yield* follow(chains, change.from.name, change.from.number, seen);
    }
    yield commit;
  }
}
