import type { Purged } from '../events/kinds/purged.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import { modelOwner, runOwner } from '../model/artifact-owner.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './get-run.ts';
import { assertNotNeeded, type PurgePlan, type PurgeTarget, planPurge } from './purge-plan.ts';

/** The author of a purge, and the reason. Both are kept permanently in the record of the purge. */
export interface PurgeOptions {
  readonly by: Actor;
  /** The reason, for people. Never write the secret itself here. */
  readonly reason?: string;
}

/**
 * Purges a run, a logged model, an experiment or one part. Every reader stops seeing it at once, no copy of a log
 * restores it, its artifacts are removed, and the next `gc` removes its lines from the logs. You cannot undo a purge.
 * Purging a part again does nothing.
 *
 * @example
 * ```ts
 * import { purge } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * await purge(store, { run: runId, part: 'param', key: 'api_key' }, { by, reason: 'a key was logged' });
 * ```
 *
 * @throws PURGE_REFUSED while a model version needs it, or an artifact of another run or model refers to it; the
 * errors of `planPurge`; WRITE_FAILED
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

/** Carries out a plan, unless something needs what it would remove. @throws the errors of `purge` */
export async function purgePlanned(
  store: Store,
  plan: PurgePlan,
  options: PurgeOptions,
): Promise<PurgePlan> {
  assertArguments({ store, plan }, 'purgePlanned', { store: 'store', plan: 'object' });
  assertOptions(options, 'purgePlanned', { by: 'actor', reason: 'string?' });
  assertNotNeeded(plan);
  // The files to remove are found before the purge hides them.
  const removals = await removalsOf(store, plan);
  await store.append(eventsOf(plan, options));
  for (const { owner, path } of removals) await store.artifacts.remove?.(owner, path);
  return plan;
}

interface Removal {
  readonly owner: ArtifactOwner;
  /** Default: everything of the owner. */
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
  // Each file of a folder is purged, and the folder's own path too, because it may have been a file before.
  const keys = part === 'artifact' ? new Set([key, ...files.map(({ file }) => file.path)]) : [key];
  return [...keys].map((name) => ({ ...purged, [part]: name }));
}
