import { applyCommit } from '../chain/chain-fold.ts';
import type { ModelArrived } from '../chain/changes/model-arrived.ts';
import type { ChainedCommit, RegistryChain, VerifiedChain } from '../chain/registry-chain.ts';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { TidemarkError } from '../errors.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { modelNotFound } from './commit-changes.ts';
import { chainsOf } from './model-history.ts';

/**
 * Checks the chain of a name: every commit against the hash of the one before and against the state that it changes,
 * and every model that was renamed into it against the chain that it came from. `expectHead` is the hash of a commit
 * that you noted earlier, outside the store. It must be in the chain, which proves that nothing up to it was
 * rewritten. If the store is a server, the server makes this check.
 *
 * @example
 * ```ts
 * import { verifyChain } from '@tidemark/core';
 *
 * const { head, isHead } = await verifyChain(store, 'iris', { expectHead: notedHash });
 * ```
 *
 * @throws MODEL_NOT_FOUND, HISTORY_UNAVAILABLE; STORE_DAMAGED if the chain is broken; DIGEST_MISMATCH if the expected
 * commit is not in it
 */
export async function verifyChain(
  store: Store,
  name: string,
  options: { readonly expectHead?: string } = {},
): Promise<VerifiedChain> {
  assertArguments({ store, name }, 'verifyChain', { store: 'store', name: 'string' });
  assertOptions(options, 'verifyChain', { expectHead: 'string?' });
  const { expectHead } = options;
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.verifyHistory(name, options);
  const chains = chainsOf(store);
  const chain = await chains.read(name);
  if (chain === undefined) throw modelNotFound(name);
  let holdsExpected = false;
  for await (const commit of chains.commits(name)) {
    if (commit.hash === expectHead) holdsExpected = true;
    const [change] = commit.changes;
    if (change?.kind === 'model-arrived') await verifyArrival(store, commit, change);
  }
  const arriving = chain.arriving === undefined ? {} : { arrivingFrom: chain.arriving.from.name };
  return verifiedChain(
    { name, head: chain.head, ...arriving },
    expectHead === undefined ? undefined : { hash: expectHead, isThere: holdsExpected },
  );
}

/**
 * Returns the result of a check, given whether the expected commit is in the chain. @throws DIGEST_MISMATCH if it is
 * not
 */
export function verifiedChain(
  chain: Omit<VerifiedChain, 'isHead'>,
  expected: { readonly hash: string; readonly isThere: boolean } | undefined,
): VerifiedChain {
  assertArguments({ chain, expected }, 'verifiedChain', { chain: 'object', expected: 'object?' });
  assertArguments(chain, 'verifiedChain', { head: 'object' });
  if (expected === undefined) return chain;
  const { name, head } = chain;
  if (expected.isThere) return { ...chain, isHead: head.hash === expected.hash };
  throw new TidemarkError(
    'DIGEST_MISMATCH',
    `The history of ${JSON.stringify(name)} has no commit ${expected.hash}; it ends with commit ${head.number}, ${head.hash}. It was rewritten, or the hash belongs to another store. Check that the hash was noted for this store; if it was, restore the store from a copy.`,
    { details: { model: name, expectHead: expected.hash, head } },
  );
}

/** Checks that the old chain has the commit that the model came from, with the same model. */
async function verifyArrival(
  store: Store,
  commit: ChainedCommit,
  { from, model }: ModelArrived,
): Promise<void> {
  let old: RegistryChain | undefined;
  for await (const earlier of chainsOf(store).commits(from.name)) {
    if (earlier.number > from.number) break;
    old = applyCommit(old, earlier);
  }
  const was = old?.model ?? old?.arriving?.model;
  const isSame =
    old?.head.hash === from.hash &&
    was !== undefined &&
    text({ ...was, name: model.name }) === text(model);
  if (isSame) return;
  throw new TidemarkError(
    'STORE_DAMAGED',
    `Commit ${commit.number} of ${JSON.stringify(commit.model)} takes over a model that ${JSON.stringify(from.name)} did not have at commit ${from.number}. Restore both chains from a copy of the store.`,
    { details: { model: commit.model, number: commit.number, from } },
  );
}

function text(value: unknown): string {
  return canonicalJson(value as Json);
}
