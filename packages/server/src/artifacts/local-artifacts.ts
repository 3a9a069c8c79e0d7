import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactEntry, assertArtifactPath, TidemarkError } from '@tidemark/core';
import { lstatWithoutSymlinks } from '@tidemark/core/node';

const READ_BYTES = 1024 * 1024;

/**
 * Reads artifacts that clients wrote to a folder below the server's artifact root. It never follows a
 * symbolic link and never changes a file.
 */
export class LocalArtifacts {
  readonly #root: string;
  readonly #folder: string;

  /** @param folder a folder inside `root`; `root` itself may be a symbolic link */
  constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  async list(path: string): Promise<ArtifactEntry[]> {
    const folder = path === '' ? this.#folder : join(this.#folder, assertArtifactPath(path));
    if (lstatWithoutSymlinks(this.#root, folder)?.isDirectory() !== true) return [];
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

  read(path: string): AsyncIterable<Uint8Array> {
    return this.readFrom(path, 0);
  }

  async *readFrom(path: string, firstByte: number): AsyncIterable<Uint8Array> {
    const file = join(this.#folder, assertArtifactPath(path));
    if (lstatWithoutSymlinks(this.#root, file)?.isFile() !== true) throw notFound(path);
    const handle = await open(
      file,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      for (let at = firstByte; ; ) {
        const piece = Buffer.alloc(READ_BYTES);
        const { bytesRead, buffer } = await handle.read(piece, 0, READ_BYTES, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }
}

function notFound(path: string): TidemarkError {
  return new TidemarkError('ARTIFACT_NOT_FOUND', `There is no artifact ${JSON.stringify(path)}.`, {
    details: { path },
  });
}
