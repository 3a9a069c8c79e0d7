import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { errnoOf } from '../system/system-errors.ts';
import { manifestNumbers, manifestPath, readManifest } from './manifest.ts';
import { PART_FILE } from './part-files.ts';

/** How long readers of an older index may continue to use it; later they start again with a new one. */
const GRACE_MS = 10 * 60 * 1000;
/** The number of manifests to keep. */
const KEPT_MANIFESTS = 2;

/** Removes the manifests before the newest, and parts that none names any more, once they are old. */
export function removeSuperseded(folder: string, newest: number): void {
  const numbers = manifestNumbers(folder).filter((number) => number <= newest);
  const going = numbers.slice(0, -KEPT_MANIFESTS);
  const named = new Set<string>();
  for (const number of numbers.slice(-KEPT_MANIFESTS)) {
    for (const { file } of readManifest(folder, number)?.parts ?? []) named.add(file);
  }
  for (const number of going) removeIfThere(manifestPath(folder, number));
  for (const name of indexFiles(folder)) {
    const isPart = PART_FILE.test(name) && !named.has(name);
    if ((isPart || name.endsWith('.partial')) && isOld(join(folder, LAYOUT.index, name))) {
      removeIfThere(join(folder, LAYOUT.index, name));
    }
  }
}

function indexFiles(folder: string): string[] {
  try {
    return readdirSync(join(folder, LAYOUT.index));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}

function isOld(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > GRACE_MS;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
