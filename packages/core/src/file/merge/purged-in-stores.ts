import { PurgedThings } from '../../fold/purged-things.ts';
import type { Store } from '../../port/store.ts';
import { versionReferences } from '../../tracking/referring-versions.ts';
import { spareNeeded } from '../gc/plan-garbage.ts';
import { logNames } from '../log/log-reader.ts';
import { scanLog } from '../log/log-scan.ts';

/** A store and its folder. */
export interface StoreInFolder {
  readonly store: Store;
  readonly folder: string;
}

/**
 * Returns everything that was purged in any of the stores, except things that a version in one of them needs. A merge
 * must not restore these things. Reads every log.
 */
export async function purgedInStores(stores: readonly StoreInFolder[]): Promise<PurgedThings> {
  const things = new PurgedThings();
  for (const { folder } of stores) {
    for (const name of logNames(folder)) {
      scanLog(folder, name, (ordered) => things.note(ordered.event, ordered));
    }
  }
  if (things.isEmpty) return things;
  for (const { store } of stores) spareNeeded(things, await versionReferences(store));
  return things;
}
