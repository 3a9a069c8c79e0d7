import { createHash, randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { assertBytes, assertContent } from '../bytes/assert-bytes.ts';
import { TidemarkError } from '../errors.ts';
import type { ArtifactEntry, ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import { assertArtifactPath } from '../model/artifact-path.ts';
import type { ArtifactContent, ArtifactStore } from '../store/store.ts';
import { artifactFolder, LAYOUT } from './layout.ts';
import { syncFolder } from './put-if-absent.ts';
import { errnoOf, writeFailed } from './system-errors.ts';

const READ_BYTES = 1024 * 1024;

/**
 * Artifacts as files, where people expect to find them. A file is written beside, synced, and
 * renamed into place; nothing is followed out of the store, whatever links somebody put there.
 */
export class FileArtifacts implements ArtifactStore {
  readonly #folder: string;
  readonly #createStore: () => void;

  /** `createStore` is called before the first write, for a store that is still to be created. */
  constructor(folder: string, createStore: () => void) {
    this.#folder = folder;
    this.#createStore = createStore;
  }

  async write(owner: ArtifactOwner, path: string, content: ArtifactContent): Promise<ArtifactFile> {
    assertArtifactPath(path);
    assertContent(content);
    this.#createStore();
    const target = join(this.#folder, artifactFolder(owner), path);
    const partial = join(
      this.#folder,
      LAYOUT.partialArtifacts,
      `${randomBytes(8).toString('hex')}.partial`,
    );
    try {
      if (!(await this.#isWayOfFolders(dirname(target), path))) {
        throw unsafe(path, 'goes through a file as if it were a folder');
      }
      await assertNoFolder(target, path);
      await mkdir(dirname(partial), { recursive: true });
      if ((await lstat(dirname(partial))).isSymbolicLink()) {
        throw unsafe(path, 'would be written through a symbolic link, artifacts/.partial');
      }
      const written = await writeAndHash(partial, content);
      await mkdir(dirname(target), { recursive: true });
      await rename(partial, target);
      syncFolder(dirname(target));
      return { path, ...written };
    } catch (error) {
      await rm(partial, { force: true });
      if (error instanceof SourceFailure) throw error.cause;
      if (errnoOf(error) === undefined) throw error;
      throw writeFailed(`The artifact ${JSON.stringify(path)}`, error);
    }
  }

  async *read(owner: ArtifactOwner, path: string): AsyncIterable<Uint8Array> {
    const source = join(this.#folder, artifactFolder(owner), assertArtifactPath(path));
    const handle = await this.#openForReading(source, path);
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  async list(owner: ArtifactOwner, path?: string): Promise<ArtifactEntry[]> {
    const root = join(this.#folder, artifactFolder(owner));
    const folder = path === undefined ? root : join(root, assertArtifactPath(path));
    const prefix = path === undefined ? '' : `${path}/`;
    try {
      if (!(await this.#isWayOfFolders(folder, path ?? ''))) return [];
      const entries = await readdir(folder, { withFileTypes: true });
      const listed = entries
        .filter((entry) => entry.isFile() || entry.isDirectory())
        .map(async (entry): Promise<ArtifactEntry | undefined> => {
          const entryPath = `${prefix}${entry.name}`;
          if (entry.isDirectory()) return { path: entryPath, isFolder: true };
          const info = await lstatIfThere(join(folder, entry.name));
          return info && { path: entryPath, isFolder: false, sizeBytes: info.size };
        });
      const entriesThere = (await Promise.all(listed)).filter((entry) => entry !== undefined);
      return entriesThere.sort((a, b) => (a.path < b.path ? -1 : 1));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async #openForReading(source: string, path: string): ReturnType<typeof open> {
    try {
      await this.#isWayOfFolders(dirname(source), path);
      // Not through a link; and without waiting, should somebody have put a pipe there.
      const handle = await open(
        source,
        constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      );
      const info = await handle.stat();
      if (info.isFile()) return handle;
      await handle.close();
      throw info.isDirectory() ? notFound(path) : unsafe(path, 'is not a regular file');
    } catch (error) {
      switch (errnoOf(error)) {
        case 'ENOENT':
        case 'ENOTDIR':
          throw notFound(path, error);
        case 'ELOOP':
          throw unsafe(path, 'is a symbolic link');
        default:
          throw error;
      }
    }
  }

  /**
   * Refuses a way that leads through a symbolic link: whoever can write to the store could point it
   * anywhere. Only the `artifacts` folder itself may be one (a large disk, say). Says whether the way
   * is free of files, so that a folder is there or can be made.
   */
  async #isWayOfFolders(folder: string, path: string): Promise<boolean> {
    const root = join(this.#folder, LAYOUT.artifacts);
    let place = root;
    for (const name of relative(root, folder).split(sep)) {
      place = join(place, name);
      const info = await lstatIfThere(place);
      if (info === undefined) return true;
      if (info.isSymbolicLink()) throw unsafe(path, 'leads through a symbolic link');
      if (!info.isDirectory()) return false;
    }
    return true;
  }
}

/** What went wrong where the bytes came from, not where they went. */
class SourceFailure extends Error {}

async function* pieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of source) {
      assertBytes(piece);
      yield piece;
    }
  } catch (cause) {
    throw new SourceFailure('the source broke', { cause });
  }
}

async function writeAndHash(
  path: string,
  content: ArtifactContent,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(path, 'wx', 0o644);
  try {
    for await (const piece of content instanceof Uint8Array ? [content] : pieces(content)) {
      hash.update(piece);
      sizeBytes += piece.length;
      let offset = 0;
      while (offset < piece.length) {
        offset += (await handle.write(piece, offset, piece.length - offset)).bytesWritten;
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

async function assertNoFolder(target: string, path: string): Promise<void> {
  const info = await lstatIfThere(target);
  if (info?.isDirectory()) throw unsafe(path, 'is a folder already');
}

async function lstatIfThere(place: string): Promise<Stats | undefined> {
  try {
    return await lstat(place);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function notFound(path: string, cause?: unknown): TidemarkError {
  return new TidemarkError('ARTIFACT_NOT_FOUND', `There is no artifact ${JSON.stringify(path)}.`, {
    cause,
    details: { path },
  });
}

function unsafe(path: string, problem: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_PATH_UNSAFE',
    `The artifact path ${JSON.stringify(path)} ${problem}. Choose another name.`,
    { details: { path } },
  );
}
