import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersUpward } from '../folders-upward.ts';

/**
 * The top folder of the git working tree that contains `folder`: the nearest one with a `.git` that is a repository,
 * or a file that names one, as in a linked worktree and in a submodule. Starts no process, so that a run outside any
 * repository costs nothing.
 */
export async function findWorkingTree(folder: string): Promise<string | undefined> {
  for (const candidate of foldersUpward(folder)) {
    if (await isRepository(join(candidate, '.git'))) return candidate;
  }
  return undefined;
}

async function isRepository(path: string): Promise<boolean> {
  try {
    const entry = await stat(path);
    if (entry.isFile()) return true;
    // Git ignores a folder that is not a repository, and in old ones HEAD is a symbolic link.
    await lstat(join(path, 'HEAD'));
    return true;
  } catch {
    // A folder that does not exist or cannot be read is not a repository, as for git.
    return false;
  }
}
