import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { errnoOf } from '../system/system-errors.ts';

/** Removes the index of a store, whole; whoever reads much makes another from the logs. The snapshots of registry chains go with it. */
export function removeIndex(folder: string): void {
  for (const file of indexFiles(folder)) rmSync(join(folder, file), { force: true });
  rmSync(join(folder, LAYOUT.chainSnapshots), { recursive: true, force: true });
}

/** The manifests and parts of the index, and what else lies there, below the store's folder. */
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
