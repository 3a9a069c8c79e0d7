import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { committedEntry, entryOf, mayFollow } from '../../chain/chain-entry.ts';
import { settleArrival } from '../../chain/chain-fold.ts';
import type {
  ChainedCommit,
  RegistryChain,
  RegistryCommitDraft,
  RegistryEntry,
  RegistryOutline,
} from '../../chain/registry-chain.ts';
import {
  foldNewCommit,
  nextRegistryCommit,
  parseRegistryCommit,
  readChainedCommit,
} from '../../chain/registry-commit.ts';
import { registryConflict } from '../../chain/registry-conflict.ts';
import type { RegistryHead } from '../../chain/registry-head.ts';
import { isTidemarkError } from '../../errors.ts';
import type { RegistryStore, StoredChains } from '../../port/registry-store.ts';
import type { VersionAnnouncements } from '../../port/version-announcements.ts';
import { commitFile, LAYOUT, registryFolder } from '../layout.ts';
import type { StoreDamage } from '../store-damage.ts';
import { assertOwnFolder } from '../system/names-in.ts';
import { putIfAbsent, syncFolder } from '../system/put-if-absent.ts';
import { writeFailed } from '../system/system-errors.ts';
import { ChainFolders } from './chain-folders.ts';
import { ChainReader } from './chain-reader.ts';
import { outlineOfHeld } from './held-model.ts';
import { FileVersionAnnouncements } from './version-announcements.ts';

const KNOWN_FOLDERS = 10_000;

/** Registered models as folders of numbered commits. Each is created if absent, and has the hash of the one before. */
export class FileRegistry implements RegistryStore {
  readonly announcements: VersionAnnouncements;
  readonly #folder: string;
  readonly #reader: ChainReader;
  readonly #places: ChainFolders;
  /** The result of the last `list`. */
  #listed: readonly RegistryEntry[] = [];
  /** The outline of each chain from the last walk, by its folder. */
  readonly #outlines = new Map<
    string,
    { readonly chain: RegistryChain; readonly outline: RegistryOutline | undefined }
  >();
  readonly #folders = new Map<string, string>();
  readonly #createStore: () => void;
  readonly #onDamage: (damage: StoreDamage) => void;

  /** `createStore` is called before the first write, because the store may not exist yet. */
  constructor(options: {
    folder: string;
    createStore: () => void;
    /** With `off`, this process reads every commit and writes no snapshots. */
    index: 'auto' | 'off';
    onDamage: (damage: StoreDamage) => void;
  }) {
    this.#folder = options.folder;
    this.announcements = new FileVersionAnnouncements(options.folder);
    this.#places = new ChainFolders(options.folder);
    this.#reader = new ChainReader({
      folder: options.folder,
      usesSnapshots: options.index === 'auto',
    });
    this.#createStore = options.createStore;
    this.#onDamage = options.onDamage;
  }

  readonly chains: StoredChains = {
    names: async () => this.#names(),
    read: async (name) => this.#readSettled(name),
    commits: (name) => this.#commits(name),
  };

  async list(): Promise<readonly RegistryEntry[]> {
    const entries: RegistryEntry[] = [];
    for (const { entry } of this.walk(() => true)) entries.push(entry);
    const last = this.#listed;
    const isAsLast =
      last.length === entries.length && entries.every((entry, index) => entry === last[index]);
    if (!isAsLast) this.#listed = entries;
    return this.#listed;
  }

  *walk(isWanted: (name: string) => boolean): Generator<RegistryOutline> {
    this.#reader.expectMany();
    const nameIn = (place: string): string | undefined =>
      this.#reader.nameOf(place) ?? this.#chainIn(place)?.name;
    const chains = this.#places.byName(nameIn);
    this.#reader.keepHeads(this.#places.list());
    for (const { name, place } of chains) {
      if (!isWanted(name)) continue;
      const chain = this.#chainIn(place);
      const outline = chain && this.#outline(place, chain);
      if (outline !== undefined) yield outline;
    }
    this.#reader.keepHeads(this.#places.list());
  }

  async read(name: string): Promise<RegistryEntry | undefined> {
    return entryOf(this.#readSettled(name));
  }

  async commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry> {
    const current = this.#readSettled(name);
    if (!mayFollow(current, expected)) throw registryConflict(name, expected);
    const next = nextRegistryCommit(name, current?.head, draft, randomUUID());
    const folder = this.#folderOf(name);
    const place = `${folder}/${commitFile(next.number)}`;
    // Folds the commit before it writes it, so that a commit which would damage the chain never reaches the disk.
    const { chain, bytes } = foldNewCommit(current, next);
    const entry = committedEntry(current, chain);
    this.#createStore();
    try {
      mkdirSync(join(this.#folder, folder), { recursive: true });
      if (current === undefined) syncFolder(join(this.#folder, LAYOUT.registry));
      if (putIfAbsent(join(this.#folder, place), bytes)) {
        this.#reader.committed(folder, chain);
        return entry;
      }
    } catch (error) {
      throw writeFailed(`The registry commit ${place}`, error);
    }
    // NFS can answer "exists" to the writer that won: the nonce shows whose commit it is.
    this.#reader.distrust(folder);
    const standing = this.#reader.bytesIfThere(place);
    if (standing && parseRegistryCommit(standing, place).nonce === next.nonce) return entry;
    throw registryConflict(name, expected);
  }

  #names(): string[] {
    this.#reader.expectMany();
    const chains = this.#places.list().map((place) => this.#chainIn(place));
    return chains.flatMap((chain) => (chain === undefined ? [] : [chain.name])).sort();
  }

  /** Reports a damaged chain instead of throwing, so that it does not hide the others. A read by name throws. */
  #chainIn(place: string): RegistryChain | undefined {
    try {
      return this.#reader.read(place);
    } catch (error) {
      if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
      this.#onDamage({ file: place, offset: 0, reason: error.message });
      return undefined;
    }
  }

  /** Returns the folder of a chain. The hash in it is cached. */
  #folderOf(name: string): string {
    const known = this.#folders.get(name);
    if (known !== undefined) return known;
    if (this.#folders.size >= KNOWN_FOLDERS) this.#folders.clear();
    const folder = registryFolder(name);
    this.#folders.set(name, folder);
    return folder;
  }

  #readSettled(name: string): RegistryChain | undefined {
    const chain = this.#reader.read(this.#folderOf(name));
    if (chain !== undefined) return this.#settle(chain);
    assertOwnFolder(join(this.#folder, LAYOUT.registry));
    return undefined;
  }

  /** Decides a started rename: the old chain shows whether it happened. */
  #settle(chain: RegistryChain): RegistryChain {
    if (chain.arriving === undefined) return chain;
    const { name, number } = chain.arriving.from;
    const place = `${registryFolder(name)}/${commitFile(number + 1)}`;
    const bytes = this.#reader.bytesIfThere(place);
    return settleArrival(chain, bytes && readChainedCommit(bytes, place));
  }

  /** Returns the outline of a chain; `undefined` if it has no model. */
  #outline(place: string, chain: RegistryChain): RegistryOutline | undefined {
    const known = this.#outlines.get(place);
    if (known?.chain === chain) return known.outline;
    const entry = entryOf(this.#settle(chain));
    const outline = entry && outlineOfHeld(entry);
    // The state of an arriving model depends on another chain.
    if (chain.arriving === undefined) this.#outlines.set(place, { chain, outline });
    return outline;
  }

  async *#commits(name: string): AsyncIterable<ChainedCommit> {
    for (const { commit } of this.#reader.foldAll(registryFolder(name))) yield commit;
  }
}
