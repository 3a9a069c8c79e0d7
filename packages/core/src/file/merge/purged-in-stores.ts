import { PurgedThings } from '../../fold/purged-things.ts';
import type { Store } from '../../port/store.ts';
import { versionReferences } from '../../tracking/referring-versions.ts';
import { spareAll, spareNeeded } from '../gc/spare-needed.ts';
import { logNames } from '../log/log-reader.ts';
import { scanLog } from '../log/log-scan.ts';
import { damagedChains } from '../registry/damaged-chains.ts';
import type { StoreDamage } from '../store-damage.ts';

/** A store and its folder. */
export interface StoreInFolder {
  readonly store: Store;
  readonly folder: string;
  /** The damage that the store has reported so far. Listing its registry adds to it. */
  readonly damage: readonly StoreDamage[];
}

/**
 * Returns everything that was purged in any of the stores, except things that a version in one of them needs. A merge
 * must not restore these things. If a registry chain of any of them is damaged, its versions may need any run or logged
 * model, so that only purged parts are returned. Reads every log.
 */
export async function purgedInStores(stores: readonly StoreInFolder[]): Promise<PurgedThings> {
  const things = new PurgedThings();
  for (const { folder } of stores) {
    for (const name of logNames(folder)) {
      scanLog(folder, name, (ordered) => things.note(ordered.event, ordered));
    }
  }
  if (things.isEmpty) return things;
  for (const { store, damage } of stores) {
    spareNeeded(things, await versionReferences(store));
    if (damagedChains(damage).length > 0) spareAll(things);
  }
  return things;
}
