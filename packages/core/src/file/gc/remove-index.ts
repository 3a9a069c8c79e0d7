import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { errnoOf } from '../system/system-errors.ts';

/**
 * Removes the whole index of a store and the snapshots of registry chains. A later reader creates them again from the
 * logs and commits.
 */
export function removeIndex(folder: string): void {
  for (const file of indexFiles(folder)) rmSync(join(folder, file), { force: true });
  rmSync(join(folder, LAYOUT.chainSnapshots), { recursive: true, force: true });
}

/** Returns the manifests, the parts and all other files of the index, as paths below the store's folder. */
export function indexFiles(folder: string): string[] {
  try {
    return readdirSync(join(folder, LAYOUT.index), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => `${LAYOUT.index}/${name}`)
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
