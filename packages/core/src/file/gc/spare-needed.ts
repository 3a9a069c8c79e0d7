import type { PurgedThings } from '../../fold/purged-things.ts';
import type { VersionReferences } from '../../tracking/referring-versions.ts';
import type { Kept } from './garbage-plan.ts';

/** Spares purged things that versions need, and returns them. */
export function spareNeeded(things: PurgedThings, references: VersionReferences): Kept[] {
  const kept: Kept[] = [];
  for (const id of [...things.gone()]) {
    const neededBy = references.runs.get(id as never) ?? references.loggedModels.get(id as never);
    if (neededBy === undefined) continue;
    things.spare(id);
    kept.push({ id, neededBy, referredBy: [] });
  }
  return kept;
}

/**
 * Spares every run and logged model that was purged as a whole: a version in a damaged chain may need any of them.
 * Purged parts of them stay purged, because no version needs a part.
 */
export function spareAll(things: PurgedThings): void {
  for (const id of [...things.gone()]) things.spare(id);
}
