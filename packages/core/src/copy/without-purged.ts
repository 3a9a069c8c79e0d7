import type { PurgedContent } from '../events/purged-content.ts';
import { modelWithout, runWithout } from '../fold/without-purged.ts';
import type { LoggedModel } from '../model/logged-model.ts';
import type { PurgeablePart, PurgedPart } from '../model/purged-part.ts';
import type { Run } from '../model/run.ts';
import { RUN_NAME_TAG } from '../model/run-tags.ts';

/**
 * Returns the run of the source without the parts that were purged in the target, so that a copy does not restore
 * them.
 */
export function runWithoutPurged(run: Run, target: Run): Run {
  if (target.purged === undefined) return run;
  const purged = purgedContent(target.purged);
  const name = purged.has('tag', RUN_NAME_TAG) ? target.name : run.name;
  return { ...runWithout(run, purged), name };
}

/** Returns the logged model of the source without the parts that were purged in the target. */
export function modelWithoutPurged(model: LoggedModel, target: LoggedModel): LoggedModel {
  return target.purged === undefined ? model : modelWithout(model, purgedContent(target.purged));
}

function purgedContent(purged: readonly PurgedPart[]): PurgedContent {
  const has = (part: PurgeablePart, key: string): boolean =>
    purged.some((gone) => gone.part === part && gone.key === key);
  return {
    has,
    keep: (part, record) =>
      Object.fromEntries(Object.entries(record).filter(([key]) => !has(part, key))),
  };
}
