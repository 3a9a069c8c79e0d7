import { basename } from 'node:path';
import type { StoreDamage } from '../store-damage.ts';
import { LogReader } from './log-reader.ts';

/** Returns the damage in every line of every log of a store. @throws STORE_FORMAT_TOO_NEW, READ_FAILED */
export function damageInLogs(folder: string): StoreDamage[] {
  const damage: StoreDamage[] = [];
  const options = {
    folder,
    onEvent: () => {},
    onDamage: (place: StoreDamage) => damage.push(place),
  };
  // If a log is replaced meanwhile, the damage of the old one no longer counts.
  while (new LogReader(options).refresh() !== 'read') damage.length = 0;
  return damage;
}

/** Returns the names of the logs with damage. An unknown kind of event is not damage. */
export function damagedLogNames(damage: readonly StoreDamage[]): Set<string> {
  return new Set(
    damage.filter(({ isForeign }) => isForeign !== true).map(({ file }) => basename(file)),
  );
}
