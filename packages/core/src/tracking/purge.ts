import type { Purged } from '../events/kinds/purged.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import { modelOwner, runOwner } from '../model/artifact-owner.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './find-run.ts';
import { assertNotNeeded, type PurgePlan, type PurgeTarget, planPurge } from './purge-plan.ts';

/** Who purges, and why: kept for ever beside what is gone. */
export interface PurgeOptions {
  readonly by: Actor;
  /** Never the secret itself. */
  readonly reason?: string;
}

/**
 * Removes something for ever: it is gone for every reader at once, no copy of a log brings it back,
 * its artifacts are removed, and the lines of the logs that hold it go with the next `gc`. Nothing
 * undoes it. Purging again what is gone already is no error for a part.
 * @throws PURGE_REFUSED while a model version needs it, or an artifact of another run or model refers to it; what `planPurge` throws; WRITE_FAILED
 */
export async function purge(
  store: Store,
  target: PurgeTarget,
  options: PurgeOptions,
): Promise<PurgePlan> {
  assertArguments({ store, target }, 'purge', { store: 'store', target: 'object' });
  assertOptions(options, 'purge', { by: 'actor', reason: 'string?' });
  return purgePlanned(store, await planPurge(store, target), options);
}

/** Does what a plan says, unless something needs what it would remove. @throws as `purge` */
export async function purgePlanned(
  store: Store,
  plan: PurgePlan,
  options: PurgeOptions,
): Promise<PurgePlan> {
  assertArguments({ store, plan }, 'purgePlanned', { store: 'store', plan: 'object' });
  assertOptions(options, 'purgePlanned', { by: 'actor', reason: 'string?' });
  assertNotNeeded(plan);
  // What has to be removed is found before it is hidden.
  const removals = await removalsOf(store, plan);
  await store.append(eventsOf(plan, options));
  for (const { owner, path } of removals) await store.artifacts.remove?.(owner, path);
  return plan;
}

interface Removal {
  readonly owner: ArtifactOwner;
  /** Absent: everything of the owner. */
  readonly path?: string;
}

async function removalsOf(
  store: Store,
  { target, runs, loggedModels }: PurgePlan,
): Promise<Removal[]> {
  if (target.part === 'artifact' && target.key !== undefined) {
    const owner =
      'run' in target
        ? runOwner(await getRun(store, target.run))
        : modelOwner(await getLoggedModel(store, target.model));
    return [{ owner, path: target.key }];
  }
  const owners = [
    ...(await store.runs({ runIds: runs })).map(runOwner),
    ...(await store.loggedModels({ modelIds: loggedModels })).map(modelOwner),
  ];
  return owners.map((owner) => ({ owner }));
}

function eventsOf({ target, files }: PurgePlan, options: PurgeOptions): Purged[] {
  const { part, key, ...owner } = target;
  const { by, reason } = options;
  const purged: Purged = {
    kind: 'purged',
    timeMs: Date.now(),
    by,
    ...(reason === undefined ? {} : { reason }),
    ...owner,
  };
  if (part === undefined || key === undefined) return [purged];
  // Of a folder each file is gone; the folder's own path too, should it have been a file once.
  const keys = part === 'artifact' ? new Set([key, ...files.map(({ file }) => file.path)]) : [key];
  return [...keys].map((name) => ({ ...purged, [part]: name }));
}
