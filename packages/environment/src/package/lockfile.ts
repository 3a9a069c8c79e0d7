import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { foldersUpward } from '../folders-upward.ts';

/** Names of lock files, in the order in which npm and then the others would use them in one folder. */
const LOCKFILE_NAMES = [
  'npm-shrinkwrap.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
] as const;

/** A lock file by its absolute path. */
export interface FoundLockfile {
  readonly path: string;
  readonly sha256: string;
}

/** Finds the package manager's lock file nearest to `folder`, in it and in the folders above it, up to `last`. */
export async function findLockfile(
  folder: string,
  last: string | undefined,
): Promise<FoundLockfile | undefined> {
  for (const candidate of foldersUpward(folder, last)) {
    for (const name of LOCKFILE_NAMES) {
      const path = join(candidate, name);
      const sha256 = await sha256OfFile(path);
      if (sha256 !== undefined) return { path, sha256 };
    }
  }
  return undefined;
}

/** The digest of a file; `undefined` when the path is not a plain file that can be read. */
async function sha256OfFile(path: string): Promise<string | undefined> {
  try {
    // Opening a named pipe would wait without end.
    if (!(await stat(path)).isFile()) return undefined;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
