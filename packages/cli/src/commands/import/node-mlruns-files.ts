import { constants, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { TidemarkError } from '@tidemark/core';
import type { MlrunsEntry, MlrunsFiles } from '@tidemark/mlflow';

const READ_BYTES = 1024 * 1024;

/**
 * Returns the files of an MLflow file store in a local folder, which it never changes. It follows a link to a file
 * within the folder, and no other link.
 * @throws MLRUNS_INVALID when the folder does not exist
 */
export function nodeMlrunsFiles(folder: string): MlrunsFiles {
  const root = realRoot(folder);
  return {
    list: async (path) => listFolder(root, path),
    readText: async (path) =>
      reading(path, () =>
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          readFileSync(realFile(root, path)),
        ),
      ),
    open: (path) => readBytes(root, path),
  };
}

function realRoot(folder: string): string {
  try {
    const root = realpathSync(folder);
    if (lstatSync(root).isDirectory()) return root;
  } catch (error) {
    if (!isMissing(error)) throw failed(folder, error);
  }
  throw new TidemarkError(
    'MLRUNS_INVALID',
    `${folder} is not a folder. Give the folder of an MLflow file store, usually called mlruns.`,
    { details: { folder } },
  );
}

function listFolder(root: string, path: string): MlrunsEntry[] {
  const place = join(root, path);
  return reading(path, () => {
    let real: string;
    try {
      real = realpathSync(place);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    if (real !== place) throw new Error('it is a symbolic link, or is behind one');
    return readdirSync(place, { withFileTypes: true }).map((entry): MlrunsEntry => {
      const { name } = entry;
      if (entry.isDirectory()) return { name, kind: 'folder' };
      if (entry.isFile()) {
        return { name, kind: 'file', sizeBytes: lstatSync(join(place, name)).size };
      }
      if (!entry.isSymbolicLink()) return { name, kind: 'other' };
      const sizeBytes = sizeOfLinkedFile(root, join(place, name));
      return sizeBytes === undefined ? { name, kind: 'link' } : { name, kind: 'file', sizeBytes };
    });
  });
}

/** Returns the size of the target of a link if the target is within the folder. */
function sizeOfLinkedFile(root: string, place: string): number | undefined {
  try {
    const target = realpathSync(place);
    const info = statSync(target);
    return target.startsWith(root + sep) && info.isFile() ? info.size : undefined;
  } catch (error) {
    // The link is broken or circular.
    if (isMissing(error) || codeOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

function realFile(root: string, path: string): string {
  const real = realpathSync(join(root, path));
  if (real.startsWith(root + sep)) return real;
  throw new Error('it is behind a symbolic link out of the folder');
}

async function* readBytes(root: string, path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(
    reading(path, () => realFile(root, path)),
    // Without waiting, in case a pipe has replaced the file.
    constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  ).catch((error: unknown) => {
    throw failed(path, error);
  });
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

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw failed(path, error);
  }
}

function failed(path: string, cause: unknown): TidemarkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TidemarkError('READ_FAILED', `${path || 'The folder'} could not be read: ${reason}.`, {
    cause,
    details: { path },
  });
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
