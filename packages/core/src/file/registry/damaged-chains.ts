import { LAYOUT } from '../layout.ts';
import type { StoreDamage } from '../store-damage.ts';

/**
 * Returns the damage of registry chains among the damage of a store, each place once: each listing reports it again.
 */
export function damagedChains(damage: readonly StoreDamage[]): StoreDamage[] {
  const byFile = new Map<string, StoreDamage>();
  for (const place of damage) {
    if (place.file.startsWith(`${LAYOUT.registry}/`)) byFile.set(place.file, place);
  }
  return [...byFile.values()];
}
