import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { errnoOf } from '../system-errors.ts';

/** Removes the index of a store, whole; whoever reads much makes another from the logs. */
export function removeIndex(folder: string): void {
  const index = join(folder, LAYOUT.index);
  for (const name of filesIn(index)) rmSync(join(index, name), { force: true });
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
