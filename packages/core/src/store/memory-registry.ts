import { committedEntry, entryOf, mayFollow } from '../chain/chain-entry.ts';
import { settleArrival } from '../chain/chain-fold.ts';
import type {
  ChainedCommit,
  RegistryChain,
  RegistryCommitDraft,
  RegistryEntry,
} from '../chain/registry-chain.ts';
import { foldNewCommit, nextRegistryCommit } from '../chain/registry-commit.ts';
import { registryConflict } from '../chain/registry-conflict.ts';
import type { RegistryHead } from '../chain/registry-head.ts';
import type { LoggedModelId } from '../model/ids.ts';
import type { RegistryStore, StoredChains } from '../port/registry-store.ts';
import type { AnnouncedVersion, VersionAnnouncements } from '../port/version-announcements.ts';

interface Chain {
  readonly state: RegistryChain;
  readonly commits: readonly ChainedCommit[];
}

/** Registered models as chains in memory. They are folded from the same bytes as chains on disk. */
export class MemoryRegistry implements RegistryStore {
  readonly #chains = new Map<string, Chain>();
  /** The result of the last `list`, until a commit. */
  #listed: readonly RegistryEntry[] | undefined;
  readonly #announced = new Map<LoggedModelId, readonly AnnouncedVersion[]>();

  readonly announcements: VersionAnnouncements = {
    add: async (modelId, { name, version }) => {
      const before = this.#announced.get(modelId) ?? [];
      this.#announced.set(modelId, [...before, { name, version }]);
    },
    besides: async (modelId, known) =>
      (this.#announced.get(modelId) ?? []).filter(
        ({ name, version }) => !known.some((one) => one.name === name && one.version === version),
      ),
  };

  readonly chains: StoredChains = {
    names: async () => [...this.#chains.keys()].sort(),
    read: async (name) => this.#settled(name),
    commits: (name) => this.#commits(name),
  };

  async list(): Promise<readonly RegistryEntry[]> {
    this.#listed ??= [...this.#chains.keys()]
      .map((name) => entryOf(this.#settled(name)))
      .filter((entry) => entry !== undefined)
      .sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
    return this.#listed;
  }

  async read(name: string): Promise<RegistryEntry | undefined> {
    return entryOf(this.#settled(name));
  }

  async commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry> {
    const current = this.#settled(name);
    if (!mayFollow(current, expected)) throw registryConflict(name, expected);
    const next = nextRegistryCommit(name, current?.head, draft, crypto.randomUUID());
    const { chain, commit } = foldNewCommit(current, next);
    const commits = [...(this.#chains.get(name)?.commits ?? []), commit];
    this.#chains.set(name, { state: chain, commits });
    this.#listed = undefined;
    return committedEntry(current, chain);
  }

  #settled(name: string): RegistryChain | undefined {
    const state = this.#chains.get(name)?.state;
    if (state?.arriving === undefined) return state;
    const { from } = state.arriving;
    return settleArrival(state, this.#chains.get(from.name)?.commits[from.number]);
  }

  async *#commits(name: string): AsyncIterable<ChainedCommit> {
    yield* this.#chains.get(name)?.commits ?? [];
  }
}
