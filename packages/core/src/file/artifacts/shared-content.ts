import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { cloneFile } from '../system/clone-file.ts';
import { readPlainFile } from '../system/plain-file.ts';
import { type ContentDigest, hashFile } from './artifact-bytes.ts';
import { lstatIfThere } from './artifact-way.ts';

/** Smaller files are not cloned, because a clone still needs an inode and a block. */
const SHARED_FROM_BYTES = 64 * 1024;
/** The most bytes and the form of a hint: the path of an artifact with its folders. */
const LONGEST_HINT_BYTES = 8192;
const HINT = /^artifacts\/(?!\.)[^\0]{1,2000}$/;

/**
 * Keeps equal content from being stored twice, where the file system has reflinks. For each large file there is a
 * hint at `index/digests/<2 digits>/<SHA-256>`: the path of a file with this content. Hints are derived and not
 * trusted: the file is cloned, and the clone is used only if it has exactly these bytes. It never makes a hard link,
 * because an edit of one artifact would change the other.
 */
export class SharedContent {
  readonly #folder: string;
  #hasReflinks: boolean | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Replaces the file that was just written by a clone of equal content, if the store has some. */
  async share(written: string, digest: ContentDigest): Promise<void> {
    if (digest.sizeBytes < SHARED_FROM_BYTES) return;
    const twin = `${written}.clone`;
    try {
      if (this.#hasReflinks === undefined) {
        this.#hasReflinks = await cloneFile(written, twin);
        await rm(twin, { force: true });
      }
      if (!this.#hasReflinks) return;
      const stored = await this.#storedLike(digest);
      if (stored === undefined || !(await cloneFile(stored, twin))) return;
      // The hint may be old: the file may have changed since, or during the clone.
      if ((await hashFile(twin)).sha256 === digest.sha256) await rename(twin, written);
    } catch {
      // This only saves space, so the written file stays.
    } finally {
      await rm(twin, { force: true });
    }
  }

  /** Records the place of content with this digest. */
  async remember(target: string, digest: ContentDigest): Promise<void> {
    if (digest.sizeBytes < SHARED_FROM_BYTES || this.#hasReflinks !== true) return;
    const place = this.#hintOf(digest.sha256);
    try {
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, relative(this.#folder, target).split(sep).join('/'));
    } catch {
      // The artifact is written. Without the hint, the next equal one takes its own space.
    }
  }

  async #storedLike({ sha256, sizeBytes }: ContentDigest): Promise<string | undefined> {
    const hint = this.#hintOf(sha256);
    if (lstatIfThere(hint)?.isFile() !== true) return undefined;
    const path = readPlainFile(hint, LONGEST_HINT_BYTES).toString();
    if (!HINT.test(path) || path.split('/').includes('..')) return undefined;
    const place = join(this.#folder, path);
    const info = lstatIfThere(place);
    return info?.isFile() && info.size === sizeBytes ? place : undefined;
  }

  #hintOf(sha256: string): string {
    return join(this.#folder, LAYOUT.digests, sha256.slice(0, 2), sha256);
  }
}
