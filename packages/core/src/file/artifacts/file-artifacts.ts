import { createHash, randomBytes } from 'node:crypto';
import { constants, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertBytes, assertContent } from '../../bytes/assert-bytes.ts';
import { TidemarkError } from '../../errors.ts';
import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../../model/artifact.ts';
import { assertArtifactPath } from '../../model/artifact-path.ts';
import type { ArtifactContent, ArtifactStore } from '../../port/artifact-store.ts';
import { artifactFolder, LAYOUT } from '../layout.ts';
import { cloneFile } from '../system/clone-file.ts';
import { syncFolder } from '../system/put-if-absent.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { errnoOf, writeFailed } from '../system/system-errors.ts';
import {
  type ContentDigest,
  hashFile,
  openRegularFile,
  readPieces,
  SourceFailure,
  writeAndHash,
} from './artifact-bytes.ts';
import {
  artifactNotFound,
  assertArtifactWay,
  clearWay,
  lstatIfThere,
  unsafePath,
} from './artifact-way.ts';
import { FewAtOnce } from './few-at-once.ts';
import { SharedContent } from './shared-content.ts';

/**
 * The most files to write at once, so that thousands of calls that nothing awaits do not open thousands of files.
 * Streams do not count, because a slow one, or one that waits for another write, would block all others.
 */
const FILES_AT_ONCE = 32;

/**
 * Artifacts as plain files that people can open. A file is written under a temporary name, synced, and renamed into
 * place. No link is followed out of the store.
 */
export class FileArtifacts implements ArtifactStore {
  readonly #folder: string;
  readonly #createStore: () => void;
  readonly #shared: SharedContent;
  readonly #turns = new FewAtOnce(FILES_AT_ONCE);

  /** `createStore` is called before the first write, because the store may not exist yet. */
  constructor(folder: string, createStore: () => void) {
    this.#folder = folder;
    this.#createStore = createStore;
    this.#shared = new SharedContent(folder);
  }

  async location(owner: ArtifactOwner): Promise<string> {
    return pathToFileURL(resolve(this.#folder, artifactFolder(owner))).href;
  }

  async write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile> {
    assertArtifactPath(path);
    assertContent(content);
    const put = () => this.#put(owner, path, (partial) => writeAndHash(partial, content));
    return content instanceof Uint8Array ? this.#turns.run(put) : put();
  }

  async writeLocalFile(
    owner: ArtifactOwner,
    path: string,
    localPath: string,
  ): Promise<ArtifactFile> {
    assertArtifactPath(path);
    return this.#turns.run(() => this.#putLocalFile(owner, path, localPath));
  }

  async #putLocalFile(
    owner: ArtifactOwner,
    path: string,
    localPath: string,
  ): Promise<ArtifactFile> {
    const source = await openSource(localPath);
    try {
      return await this.#put(owner, path, async (partial) =>
        (await cloneFile(localPath, partial))
          ? hashFile(partial)
          : writeAndHash(partial, readPieces(source)),
      );
    } finally {
      await source.close();
    }
  }

  writeSync(owner: ArtifactOwner, path: string, content: Uint8Array): ArtifactFile {
    assertArtifactPath(path);
    assertBytes(content);
    this.#createStore();
    const { target, partial } = this.#placesOf(owner, path);
    try {
      clearWay(this.#folder, target, partial, path);
      writeFileSync(partial, content, { flag: 'wx', mode: 0o644, flush: true });
      mkdirSync(dirname(target), { recursive: true });
      renameSync(partial, target);
      syncFolder(dirname(target));
    } catch (error) {
      removeIfThere(partial);
      throw asWriteError(path, error);
    }
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { path, sizeBytes: content.length, sha256 };
  }

  read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array> {
    return this.readFrom(owner, path, 0);
  }

  async *readFrom(
    owner: ArtifactOwner,
    path: string,
    firstByte: number,
  ): AsyncIterable<Uint8Array> {
    const source = join(this.#folder, artifactFolder(owner), assertArtifactPath(path));
    const handle = await this.#openForReading(source, path);
    try {
      yield* readPieces(handle, firstByte);
    } finally {
      await handle.close();
    }
  }

  async list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]> {
    const root = join(this.#folder, artifactFolder(owner));
    const folder = path === undefined ? root : join(root, assertArtifactPath(path));
    const prefix = path === undefined ? '' : `${path}/`;
    if (!assertArtifactWay(this.#folder, folder, path ?? '').isFree) return [];
    const listed: ArtifactEntry[] = [];
    for (const entry of await entriesOf(folder)) {
      const entryPath = `${prefix}${entry.name}`;
      if (entry.isDirectory()) listed.push({ path: entryPath, isFolder: true });
      if (!entry.isFile()) continue;
      // Absent if another process removed it meanwhile.
      const info = lstatIfThere(join(folder, entry.name));
      if (info?.isFile()) listed.push({ path: entryPath, isFolder: false, sizeBytes: info.size });
    }
    return listed.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async remove(owner: ArtifactOwner, path?: string): Promise<void> {
    const root = join(this.#folder, artifactFolder(owner));
    const place = path === undefined ? root : join(root, assertArtifactPath(path));
    if (!assertArtifactWay(this.#folder, dirname(place), path ?? '').isFree) return;
    try {
      // Links below it are removed, not followed.
      await rm(place, { recursive: true, force: true });
      if (path !== undefined) await removeEmptyFolders(dirname(place), root);
    } catch (error) {
      throw asWriteError(path ?? artifactFolder(owner), error);
    }
  }

  /** Lets `fill` write the file under a temporary name, and renames it into place. */
  async #put(
    owner: ArtifactOwner,
    path: string,
    fill: (partial: string) => Promise<ContentDigest>,
  ): Promise<ArtifactFile> {
    this.#createStore();
    const { target, partial } = this.#placesOf(owner, path);
    try {
      clearWay(this.#folder, target, partial, path);
      const written = await fill(partial);
      await this.#shared.share(partial, written);
      await mkdir(dirname(target), { recursive: true });
      await rename(partial, target);
      syncFolder(dirname(target));
      await this.#shared.remember(target, written);
      return { path, ...written };
    } catch (error) {
      removeIfThere(partial);
      throw asWriteError(path, error);
    }
  }

  #placesOf(owner: ArtifactOwner, path: string): { target: string; partial: string } {
    return {
      target: join(this.#folder, artifactFolder(owner), path),
      partial: join(
        this.#folder,
        LAYOUT.partialArtifacts,
        `${randomBytes(8).toString('hex')}.partial`,
      ),
    };
  }

  async #openForReading(source: string, path: string): Promise<FileHandle> {
    try {
      assertArtifactWay(this.#folder, dirname(source), path);
      return await openRegularFile(
        source,
        (info) =>
          info.isDirectory() ? artifactNotFound(path) : unsafePath(path, 'is not a regular file'),
        constants.O_NOFOLLOW,
      );
    } catch (error) {
      switch (errnoOf(error)) {
        case 'ENOENT':
        case 'ENOTDIR':
          throw artifactNotFound(path, error);
        case 'ELOOP':
          throw unsafePath(path, 'is a symbolic link');
        // A socket cannot be opened at all.
        case 'ENXIO':
          throw unsafePath(path, 'is not a regular file');
        default:
          throw error;
      }
    }
  }
}

async function openSource(localPath: string): Promise<FileHandle> {
  const refuse = (): TidemarkError =>
    new TidemarkError(
      'ARTIFACT_PATH_UNSAFE',
      `${JSON.stringify(localPath)} is not a regular file, so it cannot be stored. Give a file.`,
      { details: { path: localPath } },
    );
  try {
    return await openRegularFile(localPath, refuse);
  } catch (cause) {
    if (errnoOf(cause) === 'ENXIO') throw refuse();
    if (errnoOf(cause) !== 'ENOENT' && errnoOf(cause) !== 'ENOTDIR') throw cause;
    throw new TidemarkError(
      'ARTIFACT_NOT_FOUND',
      `There is no file ${JSON.stringify(localPath)} to store. Check the path.`,
      { cause, details: { path: localPath } },
    );
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Removes empty folders from `folder` upwards, including the root. */
async function removeEmptyFolders(folder: string, root: string): Promise<void> {
  for (let place = folder; place.startsWith(root); place = dirname(place)) {
    try {
      await rmdir(place);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') continue;
      // The folder has other entries.
      if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return;
      throw error;
    }
  }
}

function asWriteError(path: string, error: unknown): unknown {
  if (error instanceof SourceFailure) return error.cause;
  if (errnoOf(error) === undefined) return error;
  return writeFailed(`The artifact ${JSON.stringify(path)}`, error);
}
