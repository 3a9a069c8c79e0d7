import { isStillCovered } from '../log/log-coverage.ts';
import { inspectStoreFolder } from '../store-file.ts';
import { loadIndex } from './load-index.ts';
import { manifestNumbers, readManifest } from './manifest.ts';

/**
 * Returns why readers cannot use the newest index of a store; `undefined` if they can, or if the store has no index.
 */
export function indexProblem(folder: string): string | undefined {
  const number = manifestNumbers(folder).at(-1);
  if (number === undefined) return undefined;
  const manifest = readManifest(folder, number);
  if (manifest === undefined) return 'is damaged';
  const storeId = inspectStoreFolder(folder)?.id ?? '';
  if (manifest.store !== storeId) return 'belongs to another store';
  if (loadIndex(folder, storeId) === undefined) return 'names parts that are missing or damaged';
  if (manifest.logs.some((log) => !isStillCovered(folder, log))) {
    return 'covers logs that were replaced since';
  }
  return undefined;
}
