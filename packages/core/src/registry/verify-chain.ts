import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { TidemarkError } from '../errors.ts';
import type { ChainedCommit, RegistryChain, RegistryHead, Store } from '../store/store.ts';
import { applyCommit } from './chain-fold.ts';
import { modelNotFound } from './commit-changes.ts';
import { chainsOf } from './model-history.ts';
import type { ModelArrived } from './registry-change.ts';

/** What a check of a chain found. */
export interface VerifiedChain {
  readonly name: string;
  readonly head: RegistryHead;
  /** Whether the commit that was demanded is the last one; absent when none was. */
  readonly isHead?: boolean;
  /** A rename to this name that was begun and is neither finished nor given up: from where. */
  readonly arrivingFrom?: string;
}

/**
 * Checks the chain of a name: every commit against the hash of the one before and against the state
 * that it changes, and every model that was renamed into it against the chain that it came from.
 * `expectHead` is the hash of a commit noted earlier, elsewhere: it has to be in the chain, which
 * proves that nothing up to it was written anew.
 * @throws MODEL_NOT_FOUND, HISTORY_UNAVAILABLE; STORE_DAMAGED when the chain is broken;
 * DIGEST_MISMATCH when the demanded commit is not in it
 */
export async function verifyChain(
  store: Store,
  name: string,
  options: { readonly expectHead?: string } = {},
): Promise<VerifiedChain> {
  const { expectHead } = options;
  const chains = chainsOf(store);
  const chain = await chains.read(name);
  if (chain === undefined) throw modelNotFound(name);
  let holdsExpected = false;
  for await (const commit of chains.commits(name)) {
    if (commit.hash === expectHead) holdsExpected = true;
    const [change] = commit.changes;
    if (change?.kind === 'model-arrived') await verifyArrival(store, commit, change);
  }
  if (expectHead !== undefined && !holdsExpected) {
    throw new TidemarkError(
      'DIGEST_MISMATCH',
      `The history of ${JSON.stringify(name)} has no commit ${expectHead}; it ends with commit ${chain.head.number}, ${chain.head.hash}. It was written anew, or the hash is of another store.`,
      { details: { model: name, expectHead, head: chain.head } },
    );
  }
  return {
    name,
    head: chain.head,
    ...(expectHead === undefined ? {} : { isHead: chain.head.hash === expectHead }),
    ...(chain.arriving === undefined ? {} : { arrivingFrom: chain.arriving.from.name }),
  };
}

/** The old chain has the commit that the model came from, and the model was as it says there. */
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
