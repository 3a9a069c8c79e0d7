import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type ArtifactEntry, assertArtifactPath, TidemarkError } from '@tidemark/core';

const READ_BYTES = 1024 * 1024;

/**
 * Artifacts that clients write to a folder by themselves, below the server's artifact root: listed and
 * read here, never through a symbolic link, and never changed.
 */
export class LocalArtifacts {
  readonly #root: string;
  readonly #folder: string;

  /** `folder` is inside `root`, which may itself be a link. */
  constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  async list(path: string): Promise<ArtifactEntry[]> {
    const folder = path === '' ? this.#folder : join(this.#folder, assertArtifactPath(path));
    const info = await this.#lookAt(folder);
    if (info === undefined || !info.isDirectory()) return [];
    const entries = await readdir(folder, { withFileTypes: true });
    const listed = entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map(async (entry): Promise<ArtifactEntry> => {
        const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
        if (entry.isDirectory()) return { path: entryPath, isFolder: true };
        const { size } = await lstat(join(folder, entry.name));
        return { path: entryPath, isFolder: false, sizeBytes: size };
      });
    return (await Promise.all(listed)).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async *read(path: string): AsyncIterable<Uint8Array> {
    const file = join(this.#folder, assertArtifactPath(path));
    const info = await this.#lookAt(file);
    if (info === undefined || !info.isFile()) throw notFound(path);
    const handle = await open(
      file,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
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

  /** What lies at a place; `undefined` when nothing does, or when a link is in the way. */
  async #lookAt(place: string): Promise<Stats | undefined> {
    let at = this.#root;
    let info: Stats | undefined;
    for (const name of relative(this.#root, place).split(sep)) {
      at = join(at, name);
      info = await lstatIfThere(at);
      if (info === undefined || info.isSymbolicLink()) return undefined;
    }
    return info;
  }
}

async function lstatIfThere(place: string): Promise<Stats | undefined> {
  try {
    return await lstat(place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function notFound(path: string): TidemarkError {
  return new TidemarkError('ARTIFACT_NOT_FOUND', `There is no artifact ${JSON.stringify(path)}.`, {
    details: { path },
  });
}
