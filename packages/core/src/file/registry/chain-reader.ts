import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainedCommit, RegistryChain } from '../../chain/registry-chain.ts';
import {
  foldRegistryCommit,
  joinRegistryCommit,
  readChainedCommit,
  registryCommitHash,
} from '../../chain/registry-commit.ts';
import { isTidemarkError, TidemarkError } from '../../errors.ts';
import { CHAIN_FOLDER, COMMIT_FILE, commitFile, registryFolder } from '../layout.ts';
import { type FolderSight, isSameSight, lookAtFile, lookAtFolder } from '../system/folder-sight.ts';
import { assertOwnFolder, namesIn } from '../system/names-in.ts';
import { isNoPlainFile } from '../system/plain-file.ts';
import { errnoOf, readFailed } from '../system/system-errors.ts';
import {
  isSnapshotCommit,
  isSnapshotDue,
  readChainSnapshot,
  writeChainSnapshot,
} from './chain-snapshot.ts';
import { readCommitBytes } from './commit-bytes.ts';
import { encodeBody } from './heads-format.ts';
import {
  type HeadRowWithBody,
  loadRegistryHeadsFile,
  type RegistryHeadsFile,
  writeRegistryHeadsFile,
} from './registry-heads-file.ts';

/**
 * The least number of chains (and share of all) that are read without the file of heads before a new file is written.
 */
const LEAST_UNRECORDED = 64;
const SHARE_UNRECORDED = 1 / 32;

/** A chain as of the last read, and the state of its folder before that read. */
interface KnownChain {
  readonly chain: RegistryChain;
  /** Absent if the folder must be read again in any case. */
  readonly sight?: FolderSight;
}

/**
 * Reads chains of commits, each commit once. If the folder of a known chain changed, it continues from the head. An unknown
 * chain comes from the file of heads, if that is open, or begins with its snapshot. Both are used only if the commit of
 * their head is the one that they name. `foldAll` reads every commit, for proofs.
 */
export class ChainReader {
  readonly #folder: string;
  readonly #usesSnapshots: boolean;
  readonly #known = new Map<string, KnownChain>();
  /** The file of heads; `undefined` before `expectMany`. */
  #heads: { readonly file: RegistryHeadsFile | undefined } | undefined;
  /** The known chains that the file of heads does not have in their current state. */
  readonly #unrecorded = new Set<string>();

  constructor(options: { readonly folder: string; readonly usesSnapshots: boolean }) {
    this.#folder = options.folder;
    this.#usesSnapshots = options.usesSnapshots;
  }

  /** Returns the chain in a folder, not settled; `undefined` if the folder has no chain. @throws STORE_DAMAGED */
  read(place: string): RegistryChain | undefined {
    const known = this.#known.get(place);
    // A template, because `join` takes half as long as the check itself.
    const sight = lookAtFolder(`${this.#folder}/${place}`, known?.sight);
    if (sight === undefined) {
      this.#forget(place);
      this.#assertFolder(place);
      return undefined;
    }
    if (known?.sight !== undefined && isSameSight(known.sight, sight)) {
      if (known.sight.isSettled) return known.chain;
      if (this.#endsWith(place, known.chain)) {
        this.#known.set(place, { ...known, sight });
        return known.chain;
      }
    }
    this.#forget(place);
    const recorded = known === undefined ? this.#heads?.file?.take(place, sight) : undefined;
    const chain = recorded ?? (known && this.#readOn(place, known.chain)) ?? this.#readCold(place);
    if (chain === undefined) return undefined;
    this.#known.set(place, { chain, sight });
    if (recorded === undefined) this.#unrecorded.add(place);
    return chain;
  }

  /** Call it before you read many chains. They then come from the file of heads, if it has them. */
  expectMany(): void {
    if (this.#usesSnapshots) this.#heads ??= { file: loadRegistryHeadsFile(this.#folder) };
  }

  /** Returns the name of the model of a chain, if it is known without reading the chain. */
  nameOf(place: string): string | undefined {
    return this.#known.get(place)?.chain.name ?? this.#heads?.file?.nameOf(place);
  }

  /**
   * Called after many of these chains were read. If that was expensive, writes them to one file for the next process.
   */
  keepHeads(places: readonly string[]): void {
    const due = Math.max(LEAST_UNRECORDED, places.length * SHARE_UNRECORDED);
    if (this.#heads === undefined || this.#unrecorded.size < due) return;
    const isSettled = (place: string): boolean => this.#known.get(place)?.sight?.isSettled === true;
    const settled = [...this.#unrecorded].filter(isSettled);
    if (settled.length < due) return;
    const { file } = this.#heads;
    const rows = places.flatMap((place) => {
      const row = this.#unrecorded.has(place) ? this.#headRow(place) : file?.copy(place);
      return row === undefined ? [] : [row];
    });
    // In either case, the next attempt comes only after as many more chains were read.
    for (const place of settled) this.#unrecorded.delete(place);
    if (rows.length > 0 && writeRegistryHeadsFile(this.#folder, rows)) {
      this.#heads = { file: loadRegistryHeadsFile(this.#folder) };
    }
  }

  /** Records a new commit, so that the chain need not be read again. */
  committed(place: string, chain: RegistryChain): void {
    if (this.#usesSnapshots && isSnapshotCommit(chain.head.number)) {
      writeChainSnapshot(this.#folder, place, chain);
    }
    const sight = lookAtFolder(join(this.#folder, place));
    // Another commit may have come before this check, so the next read checks for more commits.
    const unsettled = sight && { ...sight, isSettled: false };
    this.#known.set(place, { chain, ...(unsettled && { sight: unsettled }) });
    this.#unrecorded.add(place);
  }

  /** Makes the next read check for more commits, because the state of the folder did not reveal one. */
  distrust(place: string): void {
    const known = this.#known.get(place);
    if (known === undefined) return;
    const { sight: _, ...rest } = known;
    this.#known.set(place, rest);
  }

  /** Yields every commit of a folder, checked, with the chain after it. @throws STORE_DAMAGED */
  *foldAll(place: string): Generator<{ chain: RegistryChain; commit: ChainedCommit }> {
    let chain: RegistryChain | undefined;
    for (const name of this.#commitNames(place)) {
      const folded = this.#foldNext(place, name, chain);
      chain = folded.chain;
      yield folded;
    }
  }

  /** Returns the bytes of a commit, if it exists. @throws STORE_DAMAGED if it is not a regular file; READ_FAILED */
  bytesIfThere(place: string): Uint8Array | undefined {
    try {
      return readCommitBytes(join(this.#folder, place));
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      if (isNoPlainFile(code)) throw notACommit(place, error);
      throw readFailed(place, error);
    }
  }

  /** Reads a chain from its snapshot if that is valid, otherwise from the first commit. */
  #readCold(place: string): RegistryChain | undefined {
    const names = this.#commitNames(place);
    if (names.length === 0) this.#assertFolder(place);
    const snapshot = this.#usableSnapshot(place, names);
    const snapshotted = snapshot?.head.number ?? 0;
    let chain = snapshot;
    for (const name of names.slice(snapshotted)) {
      chain = this.#foldNext(place, name, chain).chain;
    }
    // The snapshot was tried before.
    if (chain !== undefined && snapshot === undefined && registryFolder(chain.name) !== place) {
      throw new TidemarkError(
        'STORE_DAMAGED',
        `${place} holds the commits of the model ${JSON.stringify(chain.name)}, which belong in ${registryFolder(chain.name)}. Move the folder back.`,
        { details: { place } },
      );
    }
    // For that many chains, one file of heads will be written instead of many snapshots.
    const isAmongMany = this.#heads !== undefined && this.#unrecorded.size >= LEAST_UNRECORDED;
    const usesSnapshots = this.#usesSnapshots && !isAmongMany;
    if (chain && usesSnapshots && isSnapshotDue(chain.head.number, snapshotted)) {
      writeChainSnapshot(this.#folder, place, chain);
    }
    return chain;
  }

  /**
   * Returns the row of a known chain for the file of heads; `undefined` if the chain may change without a visible
   * change of its folder. It compares everything again, because a chain that was continued from its head was not
   * checked in the middle.
   */
  #headRow(place: string): HeadRowWithBody | undefined {
    const known = this.#known.get(place);
    if (known?.sight?.isSettled !== true) return undefined;
    const { chain, sight } = known;
    const { number } = chain.head;
    if (!isWhole(this.#commitNames(place), number)) return undefined;
    const head = lookAtFile(join(this.#folder, place, commitFile(number)));
    if (head?.isSettled !== true || !this.#isHeadOf(place, chain)) return undefined;
    const { versionsUpdatedMs, ...body } = encodeBody(chain);
    const looks = { folder: sight, head: { ...head, number } };
    return { name: chain.name, place, ...looks, versionsUpdatedMs, body };
  }

  #forget(place: string): void {
    this.#known.delete(place);
    this.#unrecorded.delete(place);
  }

  /** Reads the commits after the head. Returns `undefined` if the chain was replaced. */
  #readOn(place: string, known: RegistryChain): RegistryChain | undefined {
    let chain = known;
    for (;;) {
      const name = commitFile(chain.head.number + 1);
      const bytes = this.bytesIfThere(`${place}/${name}`);
      // A next commit has the hash of the head. Without a next commit, the head itself is checked.
      if (bytes === undefined)
        return chain !== known || this.#isHeadOf(place, chain) ? chain : undefined;
      const next = readChainedCommit(bytes, `${place}/${name}`);
      if (next.previous !== chain.head.hash) return undefined;
      chain = joinRegistryCommit(chain, next, `${place}/${name}`);
    }
  }

  #usableSnapshot(place: string, names: readonly string[]): RegistryChain | undefined {
    if (!this.#usesSnapshots) return undefined;
    // If a commit is missing, the fold of the chain reports the damage.
    if (!isWhole(names, names.length)) return undefined;
    const snapshot = readChainSnapshot(this.#folder, place);
    if (snapshot === undefined || registryFolder(snapshot.name) !== place) return undefined;
    return this.#isHeadOf(place, snapshot) ? snapshot : undefined;
  }

  /** Whether the commit with the number of the head has its hash. */
  #isHeadOf(place: string, { head }: RegistryChain): boolean {
    const bytes = this.bytesIfThere(`${place}/${commitFile(head.number)}`);
    return bytes !== undefined && registryCommitHash(bytes) === head.hash;
  }

  /** Whether the last commit of the chain exists and no commit follows it. */
  #endsWith(place: string, { head: { number } }: RegistryChain): boolean {
    const at = (commit: number): string => join(this.#folder, place, commitFile(commit));
    return !existsSync(at(number + 1)) && existsSync(at(number));
  }

  #foldNext(
    place: string,
    name: string,
    before: RegistryChain | undefined,
  ): { chain: RegistryChain; commit: ChainedCommit } {
    const path = `${place}/${name}`;
    const bytes = this.bytesIfThere(path);
    if (bytes === undefined) throw readFailed(path, new Error('it was removed meanwhile'));
    return foldRegistryCommit(before, bytes, path);
  }

  /** Something else where the commits of a model belong must not make the model look as if it never was. */
  #assertFolder(place: string): void {
    if (!CHAIN_FOLDER.test(place)) return;
    try {
      assertOwnFolder(join(this.#folder, place));
    } catch (error) {
      if (!isTidemarkError(error, 'READ_FAILED')) throw error;
      throw new TidemarkError(
        'STORE_DAMAGED',
        `The commits of a registered model belong in ${place}, which is not a folder. ${error.message} Restore the folder from a copy of the store.`,
        { cause: error, details: { place } },
      );
    }
  }

  #commitNames(place: string): string[] {
    return namesIn(join(this.#folder, place)).filter((name) => COMMIT_FILE.test(name));
  }
}

function notACommit(place: string, cause: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `${place} is not the file of a commit: ${cause instanceof Error ? cause.message : String(cause)}. Restore it from a copy of the store.`,
    { cause, details: { place } },
  );
}

/**
 * Whether these names are the commits 1 to `commits`, and none is missing: `commits` different numbers in order, from the
 * first to the last, leave no gap.
 */
function isWhole(names: readonly string[], commits: number): boolean {
  if (names.length !== commits) return false;
  return (
    commits === 0 || (names[0] === commitFile(1) && names[commits - 1] === commitFile(commits))
  );
}
