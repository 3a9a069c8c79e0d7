import { applyCommit } from '../chain/chain-fold.ts';
import type { ChainedCommit, RegistryChain, RegistryCommitDraft } from '../chain/registry-chain.ts';
import type { PlainChange, RegistryChange } from '../chain/registry-change.ts';
import type { RegistryHead } from '../chain/registry-head.ts';
import { singleChanges } from '../chain/single-changes.ts';
import { TidemarkError } from '../errors.ts';
import type { Actor, ModelVersion } from '../model/registered-model.ts';
import { assertTransitionsAllowed } from './assert-transitions-allowed.ts';

/** The steps to merge the chain of one name of another store. */
export type ChainMerge =
  | { readonly kind: 'unchanged'; readonly name: string }
  /** Our chain is the beginning of theirs: these commits are copied after it, byte by byte. */
  | { readonly kind: 'forward'; readonly name: string; readonly numbers: readonly number[] }
  /** Both have new commits: theirs are replayed on top of ours. */
  | {
      readonly kind: 'replay';
      readonly name: string;
      /** The head that the first of them follows. */
      readonly head: RegistryHead;
      readonly drafts: readonly RegistryCommitDraft[];
      /** The new numbers of their versions, by the old number. */
      readonly renumbered: Readonly<Record<number, number>>;
    };

/** The two chains of one name, and how they may be merged. */
export interface ChainsToMerge {
  readonly name: string;
  /** Our chain; `undefined` if this store has no such chain. */
  readonly chain: RegistryChain | undefined;
  readonly ours: readonly ChainedCommit[];
  readonly theirs: readonly ChainedCommit[];
  /** The author of the replay of diverged commits. Without it, diverged chains are refused. */
  readonly rebase?: { readonly by: Actor; readonly atMs: number };
  /** Returns the digest of a version's files as either store records them now. */
  readonly digestOf: (version: ModelVersion) => Promise<string | undefined>;
}

/**
 * Plans the merge of another store's chain into ours. A commit that an earlier merge replayed, in either direction,
 * counts as merged. @throws MERGE_DIVERGED if both chains have new commits, and theirs may not or cannot be replayed
 */
export async function planChainMerge(merge: ChainsToMerge): Promise<ChainMerge> {
  const { name, ours, theirs, rebase } = merge;
  const shared = sharedLength(ours, theirs);
  if (shared === theirs.length) return { kind: 'unchanged', name };
  if (shared === ours.length) {
    return { kind: 'forward', name, numbers: theirs.slice(shared).map(({ number }) => number) };
  }
  const later = theirs.slice(shared);
  const missing = later.filter((commit) => counterpart(ours, commit) === undefined);
  if (missing.length === 0) return { kind: 'unchanged', name };
  const [first] = missing as [ChainedCommit];
  if (rebase === undefined) {
    throw diverged(
      name,
      first,
      `differs from commit ${shared + 1} of this store. This store went on to commit ${ours.length}, the other to ${theirs.length}. Replay theirs on top of ours with: tidemark merge --rebase`,
    );
  }
  return replay(merge, later, rebase);
}

async function replay(
  { name, chain, ours, digestOf }: ChainsToMerge,
  later: readonly ChainedCommit[],
  { by, atMs }: { by: Actor; atMs: number },
): Promise<ChainMerge> {
  const numbers = new Map<number, number>();
  const drafts: RegistryCommitDraft[] = [];
  let state = chain;
  for (const commit of later) {
    const known = counterpart(ours, commit);
    if (known !== undefined) {
      const made = createdVersions(known);
      for (const [index, version] of createdVersions(commit).entries()) {
        numbers.set(version, made[index] ?? version);
      }
      continue;
    }
    if (state?.model === undefined) {
      throw diverged(
        name,
        commit,
        'changes a model that was deleted or renamed in this store. Do the same in the other store first',
      );
    }
    const changes = translate(state, commit, numbers);
    if (changes.length === 0) continue;
    const from = commit.replayed?.from ?? { number: commit.number, hash: commit.hash };
    const draft = { by: commit.by, atMs: commit.atMs, changes, replayed: { from, by, atMs } };
    try {
      await assertTransitionsAllowed(digestOf, state.model, changes, commit.by);
      const { number, hash } = state.head;
      // The hash is only known when the commit is written. The check needs only the state.
      state = applyCommit(state, {
        ...draft,
        model: name,
        number: number + 1,
        hash,
        previous: hash,
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw diverged(name, commit, `cannot be replayed here: ${why}`, error);
    }
    drafts.push(draft);
  }
  const moved = [...numbers].filter(([before, after]) => before !== after);
  return chain === undefined || drafts.length === 0
    ? { kind: 'unchanged', name }
    : { kind: 'replay', name, head: chain.head, drafts, renumbered: Object.fromEntries(moved) };
}

/** Returns the changes of their commit, adapted to our state. */
function translate(
  { name, model, lastVersion }: RegistryChain,
  commit: ChainedCommit,
  numbers: Map<number, number>,
): RegistryChange[] {
  const stages = new Map(model?.versions.map(({ version, stage }) => [version, stage]));
  let last = lastVersion;
  const take = (change: PlainChange): PlainChange[] => {
    switch (change.kind) {
      case 'model-deleted':
      case 'model-renamed':
      case 'model-arrived':
        throw diverged(
          name,
          commit,
          'deletes or renames a model that was also changed in this store. Do the same here first',
        );
      case 'model-created':
        return change.description !== '' && model?.description === ''
          ? [{ kind: 'model-updated', description: change.description }]
          : [];
      case 'version-created':
        last += 1;
        numbers.set(change.version, last);
        stages.set(last, 'None');
        return [{ ...change, version: last }];
      case 'stage-set': {
        const version = numbers.get(change.version) ?? change.version;
        const from = stages.get(version) ?? change.from;
        stages.set(version, change.to);
        return from === change.to ? [] : [{ ...change, version, from }];
      }
      default:
        return [
          'version' in change
            ? { ...change, version: numbers.get(change.version) ?? change.version }
            : change,
        ];
    }
  };
  return commit.changes.flatMap((change): RegistryChange[] => {
    if (change.kind !== 'brought-in') return take(change);
    const changes = change.changes.flatMap(take);
    return changes.length === 0 ? [] : [{ ...change, changes }];
  });
}

function sharedLength(ours: readonly ChainedCommit[], theirs: readonly ChainedCommit[]): number {
  const differs = theirs.findIndex(({ hash }, index) => ours[index]?.hash !== hash);
  return differs === -1 ? theirs.length : differs;
}

/** Returns the commit of ours that equals theirs: the same commit, a replay of theirs, or the original of theirs. */
function counterpart(
  ours: readonly ChainedCommit[],
  theirs: ChainedCommit,
): ChainedCommit | undefined {
  const origin = theirs.replayed?.from.hash ?? theirs.hash;
  return ours.find(({ hash, replayed }) => (replayed?.from.hash ?? hash) === origin);
}

function createdVersions(commit: ChainedCommit): number[] {
  return singleChanges(commit).flatMap(({ change }) =>
    change.kind === 'version-created' ? [change.version] : [],
  );
}

function diverged(
  name: string,
  commit: ChainedCommit,
  problem: string,
  cause?: unknown,
): TidemarkError {
  return new TidemarkError(
    'MERGE_DIVERGED',
    `The registered model ${JSON.stringify(name)} cannot be merged: commit ${commit.number} of the other store (by ${commit.by.name}) ${problem}.`,
    { cause, details: { model: name, commit: commit.number, hash: commit.hash } },
  );
}
