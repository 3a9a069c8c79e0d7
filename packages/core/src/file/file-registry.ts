import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
import { putIfAbsent } from './put-if-absent.ts';
import { errnoOf, writeFailed } from './write-failed.ts';

/** Registered models as folders of numbered commits, each put if absent and chained by hash. */
export class FileRegistry implements RegistryStore {
  readonly #folder: string;
  readonly #createStore: () => void;

  /** `createStore` is called before the first write, for a store that is still to be created. */
  constructor(folder: string, createStore: () => void) {
    this.#folder = folder;
    this.#createStore = createStore;
  }

  async list(): Promise<RegistryEntry[]> {
    return namesIn(join(this.#folder, LAYOUT.registry))
      .filter((name) => !name.startsWith('.'))
      .map((name) => this.#readChain(`${LAYOUT.registry}/${name}`))
      .filter((entry): entry is RegistryEntry => entry !== undefined)
      .sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
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
    const text = formatRegistryCommit(next);
    const chain = registryFolder(name);
    const place = `${chain}/${commitFile(next.number)}`;
    // Folded before it is written: a commit that would damage the chain never reaches the disk.
    const entry = foldRegistryCommit(current, text, place);
    this.#createStore();
    try {
      mkdirSync(join(this.#folder, chain), { recursive: true });
      if (putIfAbsent(join(this.#folder, place), text)) return entry;
    } catch (error) {
      throw writeFailed(`The registry commit ${place}`, error);
    }
    // NFS can answer "exists" to the writer that won: the nonce tells whose commit stands there.
    const standing = parseRegistryCommit(this.#readText(place), place);
    if (standing.nonce === next.nonce) return entry;
    throw registryConflict(name, expected);
  }

  #readChain(chain: string): RegistryEntry | undefined {
    let entry: RegistryEntry | undefined;
    for (const name of namesIn(join(this.#folder, chain))) {
      if (!COMMIT_FILE.test(name)) continue;
      const place = `${chain}/${name}`;
      entry = foldRegistryCommit(entry, this.#readText(place), place);
    }
    return entry;
  }

  #readText(place: string): string {
    return readFileSync(join(this.#folder, place), 'utf8');
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
