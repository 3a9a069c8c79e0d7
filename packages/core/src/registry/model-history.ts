import type { ChainedCommit } from '../chain/registry-chain.ts';
import { singleChanges } from '../chain/single-changes.ts';
import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { StoredChains } from '../port/registry-store.ts';
import type { Store } from '../port/store.ts';
import { modelNotFound } from './commit-changes.ts';

/**
 * Yields the commits of a registered model in the order in which they happened, including those under its earlier
 * names. The model may have been deleted or renamed.
 *
 * @example
 * ```ts
 * import { modelHistory } from '@tidemark/core';
 *
 * for await (const commit of modelHistory(store, 'iris')) {
 *   console.log(commit.number, commit.by.name, commit.changes.map(({ kind }) => kind));
 * }
 * ```
 *
 * @throws MODEL_NOT_FOUND if the name never had a model; HISTORY_UNAVAILABLE, STORE_DAMAGED
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

/** Returns the chains of a store. @throws HISTORY_UNAVAILABLE */ export function chainsOf(
  store: Store,
): StoredChains {
  const { chains } = store.registry;
  if (chains !== undefined) return chains;
  throw new TidemarkError(
    'HISTORY_UNAVAILABLE',
    `${store.uri} keeps no history of its registered models. Use a store in a folder, or a Tidemark server.`,
    { details: { store: store.uri } },
  );
}

/** Yields the commits of a name up to a number, after those of the names that the model had before. */
async function* follow(
  chains: StoredChains,
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
    // If a model was renamed to another name and back, each commit is yielded once.
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
