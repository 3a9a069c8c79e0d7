import { resolve } from 'node:path';
import { assertArguments } from '../model/plain-input.ts';
import { FileLog } from './file-log.ts';
import { LOG_LIMITS } from './log/log-limits.ts';
import { createStore, inspectStoreFolder } from './store-file.ts';

/**
 * Updates the index of the store in a folder, for maintenance and benchmarks: a store creates its index itself when
 * reading has become slow. Returns false if there is no store, if the index is up to date, or if it cannot be
 * written.
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
  const arePointsMade = await log.makePoints();
  await log.close();
  return isMade || arePointsMade;
}
