import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ChainedCommit } from '../../chain/registry-chain.ts';
import { TidemarkError } from '../../errors.ts';
import { assertOptions } from '../../model/plain-input.ts';
import type { Actor } from '../../model/registered-model.ts';
import type { StoredChains } from '../../port/registry-store.ts';
import type { Store } from '../../port/store.ts';
import { type ChainMerge, planChainMerge } from '../../registry/plan-merge.ts';
import { recordedDigest } from '../../registry/recorded-digest.ts';
import { openFileStore } from '../file-store.ts';
import { isPurgedArtifact } from '../gc/artifact-garbage.ts';
import { commitFile, registryFolder } from '../layout.ts';
import { damagedLogNames, damageInLogs } from '../log/log-damage.ts';
import { readCommitBytes } from '../registry/commit-bytes.ts';
import { damagedChains } from '../registry/damaged-chains.ts';
import { StandingHint } from '../standing-hint.ts';
import type { StoreDamage } from '../store-damage.ts';
import { createStore, inspectStoreFolder } from '../store-file.ts';
import { putIfAbsent } from '../system/put-if-absent.ts';
import { readFailed, writeFailed } from '../system/system-errors.ts';
import {
  type ArtifactConflict,
  type ArtifactPlan,
  mergeArtifacts,
  planArtifacts,
  type SettledArtifact,
  settleArtifacts,
} from './merge-artifacts.ts';
import { copyLogs, type LogPlan, planLogs } from './merge-logs.ts';
import { purgedInStores } from './purged-in-stores.ts';

/** Options of `mergeStores`. */
export interface MergeStoresOptions {
  /** The folder of the store to merge into; created if it does not exist. */
  readonly into: string;
  /** The folder of the other store, which is only read. */
  readonly from: string;
  /** Whether to replay the other store's commits of a registered model that was changed in both. Default: refuse it. */
  readonly rebase?: boolean;
  /** Whether to report what the merge would do, and write nothing. */
  readonly dryRun?: boolean;
  /** The author of the merge, who is recorded in each replayed commit. */
  readonly by: Actor;
}

/** The result of a merge; on a dry run, what it would do. */
export interface MergeReport {
  readonly dryRun: boolean;
  readonly logs: {
    /** The names of the copied logs: new ones, and ones that had grown or were rewritten. */
    readonly copied: readonly string[];
    readonly extended: readonly string[];
    readonly unchanged: number;
  };
  readonly artifacts: {
    readonly copied: number;
    readonly copiedBytes: number;
    readonly unchanged: number;
    /** Files that both stores have with different content. On a dry run they have no `kept`. */
    readonly conflicts: readonly (ArtifactConflict | SettledArtifact)[];
  };
  readonly models: readonly ModelMerge[];
  /** The damage of the other store. Its unreadable lines and its damaged registered models were not copied. */
  readonly damage: readonly StoreDamage[];
}

/** The result of a merge for one registered model. */
export interface ModelMerge {
  readonly name: string;
  readonly outcome: 'unchanged' | 'copied' | 'replayed';
  readonly commits: number;
  /** The new numbers of their versions that a replay renumbered, by the old number. */
  readonly renumbered: Readonly<Record<number, number>>;
}

/**
 * Merges another store's runs, models, artifacts and registered models into a store. It compares everything first,
 * and writes nothing if there is a conflict. You can interrupt and repeat a merge. Two stores get the same runs in
 * whichever direction you merge. Things that were purged in either store are left out.
 *
 * @example
 * ```ts
 * import { mergeStores } from '@tidemark/core/node';
 *
 * const by = { name: 'ada', authenticated: false };
 * const { models } = await mergeStores({ into: './tidemark', from: '/mnt/laptop/tidemark', by });
 * ```
 *
 * @throws STORE_NOT_FOUND; MERGE_DIVERGED when a registered model was changed in both (without `rebase`), or when
 * both changes cannot be combined; REGISTRY_CONFLICT when another process changes a registered model at the same
 * time: merge again; READ_FAILED, WRITE_FAILED
 */
export async function mergeStores(options: MergeStoresOptions): Promise<MergeReport> {
  assertOptions(options, 'mergeStores', {
    into: 'string',
    from: 'string',
    rebase: 'boolean?',
    dryRun: 'boolean?',
    by: 'actor',
  });
  const { dryRun = false } = options;
  const into = resolve(options.into);
  const from = resolve(options.from);
  if (existsSync(into) && existsSync(from) && realpathSync(into) === realpathSync(from)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `${into} cannot be merged with itself. Name another store.`,
    );
  }
  const found = { ours: [] as StoreDamage[], theirs: [] as StoreDamage[] };
  const theirs = openFileStore(from, {
    mustExist: true,
    onDamage: (place) => found.theirs.push(place),
  });
  const ours = openFileStore(into, { onDamage: (place) => found.ours.push(place) });
  try {
    // Not of the store itself: with an index it reports damage of its logs only once.
    const inLogs = damageInLogs(from);
    const things = await purgedInStores([
      { store: ours, folder: into, damage: found.ours },
      { store: theirs, folder: from, damage: found.theirs },
    ]);
    const plan: MergePlan = {
      logs: await planLogs(into, from, {
        into: damagedLogNames(damageInLogs(into)),
        from: damagedLogNames(inLogs),
      }),
      artifacts: await planArtifacts(into, from, (path) => isPurgedArtifact(things, path)),
      chains: await planChains(ours, theirs, options),
    };
    const damage = [...inLogs, ...damagedChains(found.theirs)];
    if (dryRun) return report(plan, { dryRun, conflicts: plan.artifacts.conflicts, damage });
    if (inspectStoreFolder(into) === undefined) createStore(into);
    // Files come before the records that name them, and records before the decisions about them.
    await mergeArtifacts(into, from, plan.artifacts);
    await copyLogs(into, from, plan.logs, things);
    // Open handles must notice what was deleted or purged in the other store.
    if (plan.logs.copies.length > 0) new StandingHint(into).change();
    const merged = openFileStore(into);
    try {
      const settled = await settleArtifacts(merged, { into, from }, plan.artifacts.conflicts);
      for (const chain of plan.chains) await commitChain(merged, { into, from }, chain);
      return report(plan, { dryRun, conflicts: settled, damage });
    } finally {
      await merged.close();
    }
  } finally {
    await theirs.close();
    await ours.close();
  }
}

interface MergePlan {
  readonly logs: LogPlan;
  readonly artifacts: ArtifactPlan;
  readonly chains: readonly ChainMerge[];
}

async function planChains(
  ours: Store,
  theirs: Store,
  { rebase = false, by }: MergeStoresOptions,
): Promise<ChainMerge[]> {
  const [here, there] = [chainsOf(ours), chainsOf(theirs)];
  const merges: ChainMerge[] = [];
  for (const name of await there.names()) {
    const merge = await planChainMerge({
      name,
      chain: await here.read(name),
      ours: await commitsOf(here, name),
      theirs: await commitsOf(there, name),
      digestOf: async (version) =>
        (await recordedDigest(theirs, version)) ?? (await recordedDigest(ours, version)),
      ...(rebase ? { rebase: { by, atMs: Date.now() } } : {}),
    });
    merges.push(merge);
  }
  return merges;
}

async function commitChain(
  store: Store,
  folders: { into: string; from: string },
  merge: ChainMerge,
): Promise<void> {
  if (merge.kind === 'forward') {
    for (const number of merge.numbers) copyCommit(folders, merge.name, number);
  } else if (merge.kind === 'replay') {
    // On the planned head, so that no commit of another process is overwritten.
    let { head } = merge;
    for (const draft of merge.drafts) {
      head = (await store.registry.commit(merge.name, head, draft)).head;
    }
  }
}

function copyCommit(folders: { into: string; from: string }, name: string, number: number): void {
  const place = `${registryFolder(name)}/${commitFile(number)}`;
  const bytes = readCommit(join(folders.from, place));
  const target = join(folders.into, place);
  try {
    mkdirSync(dirname(target), { recursive: true });
    if (putIfAbsent(target, bytes)) return;
  } catch (error) {
    throw writeFailed(`The registry commit ${place}`, error);
  }
  if (readCommit(target).equals(bytes)) return;
  throw new TidemarkError(
    'REGISTRY_CONFLICT',
    `The registered model ${JSON.stringify(name)} was changed during the merge. Merge again.`,
    { details: { model: name, number } },
  );
}

function readCommit(path: string): Buffer {
  try {
    return readCommitBytes(path);
  } catch (error) {
    throw readFailed(path, error);
  }
}

function chainsOf(store: Store): StoredChains {
  const { chains } = store.registry;
  if (chains === undefined) throw new Error('a file store has chains');
  return chains;
}

async function commitsOf(chains: StoredChains, name: string): Promise<ChainedCommit[]> {
  const commits: ChainedCommit[] = [];
  for await (const commit of chains.commits(name)) commits.push(commit);
  return commits;
}

function report(
  { logs, artifacts, chains }: MergePlan,
  facts: {
    readonly dryRun: boolean;
    readonly conflicts: MergeReport['artifacts']['conflicts'];
    readonly damage: readonly StoreDamage[];
  },
): MergeReport {
  const { dryRun, conflicts, damage } = facts;
  const named = (replaces: boolean): string[] =>
    logs.copies.filter((copy) => copy.replaces === replaces).map(({ name }) => name);
  return {
    dryRun,
    logs: { copied: named(false), extended: named(true), unchanged: logs.unchanged },
    artifacts: {
      copied: artifacts.copies.length,
      copiedBytes: artifacts.copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      unchanged: artifacts.unchanged,
      conflicts,
    },
    models: chains.map(modelMerge),
    damage,
  };
}

function modelMerge(chain: ChainMerge): ModelMerge {
  const { name } = chain;
  switch (chain.kind) {
    case 'unchanged':
      return { name, outcome: 'unchanged', commits: 0, renumbered: {} };
    case 'forward':
      return { name, outcome: 'copied', commits: chain.numbers.length, renumbered: {} };
    case 'replay': {
      const { drafts, renumbered } = chain;
      return { name, outcome: 'replayed', commits: drafts.length, renumbered };
    }
  }
}
