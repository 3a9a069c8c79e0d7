import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import { committedEntry, entryOf, mayFollow } from '../registry/chain-entry.ts';
import { settleArrival } from '../registry/chain-fold.ts';
import {
  foldRegistryCommit,
  formatRegistryCommit,
  nextRegistryCommit,
  parseRegistryCommit,
  readChainedCommit,
} from '../registry/registry-commit.ts';
import { registryConflict } from '../store/registry-conflict.ts';
import type {
  ChainedCommit,
  RegistryChain,
  RegistryChains,
  RegistryCommitDraft,
  RegistryEntry,
  RegistryHead,
  RegistryStore,
} from '../store/store.ts';
import { COMMIT_FILE, commitFile, LAYOUT, registryFolder } from './layout.ts';
import { putIfAbsent, syncFolder } from './put-if-absent.ts';
import type { StoreDamage } from './store-damage.ts';
import { errnoOf, readFailed, writeFailed } from './system-errors.ts';

/** Registered models as folders of numbered commits, each put if absent and chained by hash. */
export class FileRegistry implements RegistryStore {
  readonly #folder: string;
  readonly #createStore: () => void;
  readonly #onDamage: (damage: StoreDamage) => void;

  /** `createStore` is called before the first write, for a store that is still to be created. */
  constructor(options: {
    folder: string;
    createStore: () => void;
    onDamage: (damage: StoreDamage) => void;
  }) {
    this.#folder = options.folder;
    this.#createStore = options.createStore;
    this.#onDamage = options.onDamage;
  }

  readonly chains: RegistryChains = {
    names: async () => this.#names(),
    read: async (name) => this.#readSettled(name),
    commits: (name) => this.#commits(name),
  };

  async list(): Promise<RegistryEntry[]> {
    const entries: RegistryEntry[] = [];
    this.#eachChain((chain) => {
      const entry = entryOf(this.#settle(chain));
      if (entry !== undefined) entries.push(entry);
    });
    return entries.sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
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
    const bytes = formatRegistryCommit(next);
    const folder = registryFolder(name);
    const place = `${folder}/${commitFile(next.number)}`;
    // Folded before it is written: a commit that would damage the chain never reaches the disk.
    const entry = committedEntry(current, foldRegistryCommit(current, bytes, place).chain);
    this.#createStore();
    try {
      mkdirSync(join(this.#folder, folder), { recursive: true });
      if (current === undefined) syncFolder(join(this.#folder, LAYOUT.registry));
      if (putIfAbsent(join(this.#folder, place), bytes)) return entry;
    } catch (error) {
      throw writeFailed(`The registry commit ${place}`, error);
    }
    // NFS can answer "exists" to the writer that won: the nonce tells whose commit stands there.
    const standing = parseRegistryCommit(this.#readBytes(place), place);
    if (standing.nonce === next.nonce) return entry;
    throw registryConflict(name, expected);
  }

  #names(): string[] {
    const names: string[] = [];
    this.#eachChain(({ name }) => names.push(name));
    return names.sort();
  }

  #eachChain(visit: (chain: RegistryChain) => void): void {
    for (const name of namesIn(join(this.#folder, LAYOUT.registry))) {
      const folder = `${LAYOUT.registry}/${name}`;
      try {
        const chain = this.#readChain(folder);
        if (chain !== undefined) visit(chain);
      } catch (error) {
        // One damaged chain must not hide the others; whoever asks for it by name gets the error.
        if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
        this.#onDamage({ file: folder, offset: 0, reason: error.message });
      }
    }
  }

  #readSettled(name: string): RegistryChain | undefined {
    const chain = this.#readChain(registryFolder(name));
    return chain && this.#settle(chain);
  }

  /** The old chain of a rename that was begun tells whether it came to pass. */
  #settle(chain: RegistryChain): RegistryChain {
    if (chain.arriving === undefined) return chain;
    const { name, number } = chain.arriving.from;
    const place = `${registryFolder(name)}/${commitFile(number + 1)}`;
    const bytes = this.#bytesIfThere(place);
    return settleArrival(chain, bytes && readChainedCommit(bytes, place));
  }

  #readChain(folder: string): RegistryChain | undefined {
    let chain: RegistryChain | undefined;
    for (const folded of this.#fold(folder)) chain = folded.chain;
    if (chain === undefined || registryFolder(chain.name) === folder) return chain;
    throw new TidemarkError(
      'STORE_DAMAGED',
      `${folder} holds the commits of the model ${JSON.stringify(chain.name)}, which belong in ${registryFolder(chain.name)}. Move the folder back.`,
      { details: { place: folder } },
    );
  }

  async *#commits(name: string): AsyncIterable<ChainedCommit> {
    for (const { commit } of this.#fold(registryFolder(name))) yield commit;
  }

  *#fold(folder: string): Generator<{ chain: RegistryChain; commit: ChainedCommit }> {
    let chain: RegistryChain | undefined;
    for (const name of namesIn(join(this.#folder, folder))) {
      if (!COMMIT_FILE.test(name)) continue;
      const place = `${folder}/${name}`;
      const folded = foldRegistryCommit(chain, this.#readBytes(place), place);
      chain = folded.chain;
      yield folded;
    }
  }

  #bytesIfThere(place: string): Uint8Array | undefined {
    try {
      return readFileSync(join(this.#folder, place));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
      throw readFailed(place, error);
    }
  }

  #readBytes(place: string): Uint8Array {
    try {
      return readFileSync(join(this.#folder, place));
    } catch (error) {
      throw readFailed(place, error);
    }
  }
}

/** The names in a folder, sorted; none when there is no such folder, or a file in its place. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw readFailed(folder, error);
  }
}
