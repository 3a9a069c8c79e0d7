import { resolve } from 'node:path';
import { assertArguments } from '../model/plain-input.ts';
import { FileLog } from './file-log.ts';
import { LOG_LIMITS } from './log/log-limits.ts';
import { createStore, inspectStoreFolder } from './store-file.ts';

/**
 * Brings the index of the store in a folder up to date: for maintenance and benchmarks, since a store
 * makes its index by itself when reading has become slow. False when there is no store, when nothing was
 * to be done, or when the index cannot be written.
 * @throws STORE_IS_MLRUNS, STORE_FOLDER_IN_USE, STORE_FORMAT_TOO_NEW, STORE_DAMAGED, READ_FAILED
 */
export async function refreshIndex(folder: string): Promise<boolean> {
  assertArguments({ folder }, 'refreshIndex', { folder: 'string' });
  const path = resolve(folder);
  if (inspectStoreFolder(path) === undefined) return false;
  const log = new FileLog({
    folder: path,
    ensureStore: () => createStore(path).id,
    storeId: () => inspectStoreFolder(path)?.id,
    durability: 'os',
    limits: LOG_LIMITS,
    index: 'auto',
    onDamage: () => {},
  });
  const isMade = await log.makeIndex();
  await log.close();
  return isMade;
}
