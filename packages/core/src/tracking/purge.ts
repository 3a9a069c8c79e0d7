import type { Purged } from '../events/store-event.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './find-run.ts';
import {
  assertNotNeeded,
  modelOwner,
  type PurgePlan,
  type PurgeTarget,
  planPurge,
  runOwner,
} from './purge-plan.ts';

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
 * @throws PURGE_REFUSED while a model version needs it; what `planPurge` throws; WRITE_FAILED
 */
export async function purge(
  store: Store,
  target: PurgeTarget,
  options: PurgeOptions,
): Promise<PurgePlan> {
  const plan = await planPurge(store, target);
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
