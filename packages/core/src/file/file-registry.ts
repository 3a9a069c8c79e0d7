import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import {
  foldRegistryCommit,
  formatRegistryCommit,
  nextRegistryCommit,
  parseRegistryCommit,
} from '../registry/registry-commit.ts';
import { registryConflict } from '../store/registry-conflict.ts';
import type {
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

  async list(): Promise<RegistryEntry[]> {
    const entries: RegistryEntry[] = [];
    for (const name of namesIn(join(this.#folder, LAYOUT.registry))) {
      const chain = `${LAYOUT.registry}/${name}`;
      try {
        const entry = this.#readChain(chain);
        if (entry !== undefined) entries.push(entry);
      } catch (error) {
        // One damaged chain must not hide the others; whoever asks for it by name gets the error.
        if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
        this.#onDamage({ file: chain, offset: 0, reason: error.message });
      }
    }
    return entries.sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
  }

  async read(name: string): Promise<RegistryEntry | undefined> {
    return this.#readChain(registryFolder(name));
  }

  async commit(
    name: string,
    expected: RegistryHead | undefined,
    draft: RegistryCommitDraft,
  ): Promise<RegistryEntry> {
    const current = await this.read(name);
    if (current?.head.hash !== expected?.hash) throw registryConflict(name, expected);
    const next = nextRegistryCommit(name, expected, draft, randomUUID());
    const bytes = formatRegistryCommit(next);
    const chain = registryFolder(name);
    const place = `${chain}/${commitFile(next.number)}`;
    // Folded before it is written: a commit that would damage the chain never reaches the disk.
    const entry = foldRegistryCommit(current, bytes, place);
    this.#createStore();
    try {
      mkdirSync(join(this.#folder, chain), { recursive: true });
      if (expected === undefined) syncFolder(join(this.#folder, LAYOUT.registry));
      if (putIfAbsent(join(this.#folder, place), bytes)) return entry;
    } catch (error) {
      throw writeFailed(`The registry commit ${place}`, error);
    }
    // NFS can answer "exists" to the writer that won: the nonce tells whose commit stands there.
    const standing = parseRegistryCommit(this.#readBytes(place), place);
    if (standing.nonce === next.nonce) return entry;
    throw registryConflict(name, expected);
  }

  #readChain(chain: string): RegistryEntry | undefined {
    let entry: RegistryEntry | undefined;
    for (const name of namesIn(join(this.#folder, chain))) {
      if (!COMMIT_FILE.test(name)) continue;
      const place = `${chain}/${name}`;
      entry = foldRegistryCommit(entry, this.#readBytes(place), place);
    }
    if (entry === undefined || registryFolder(entry.model.name) === chain) return entry;
    throw new TidemarkError(
      'STORE_DAMAGED',
      `${chain} holds the commits of the model ${JSON.stringify(entry.model.name)}, which belong in ${registryFolder(entry.model.name)}. Move the folder back.`,
      { details: { place: chain } },
    );
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
