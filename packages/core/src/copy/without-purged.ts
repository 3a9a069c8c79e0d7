import type { LoggedModel } from '../model/logged-model.ts';
import type { PurgeablePart, PurgedPart } from '../model/purged-part.ts';
import type { Run } from '../model/run.ts';
import { RUN_NAME_TAG } from '../model/run-tags.ts';

/**
 * Returns the run of the source without the parts that were purged in the target, so that a copy does not restore
 * them.
 */
export function runWithoutPurged(run: Run, target: Run): Run {
  const { has, keep } = partsOf(target.purged);
  if (target.purged === undefined) return run;
  return {
    ...run,
    name: has('tag', RUN_NAME_TAG) ? target.name : run.name,
    params: keep('param', run.params),
    paramConflicts: run.paramConflicts.filter(({ key }) => !has('param', key)),
    tags: keep('tag', run.tags),
    metrics: keep('metric', run.metrics),
    artifacts: run.artifacts.filter(({ path }) => !has('artifact', path)),
  };
}

/** Returns the logged model of the source without the parts that were purged in the target. */
export function modelWithoutPurged(model: LoggedModel, target: LoggedModel): LoggedModel {
  const { has, keep } = partsOf(target.purged);
  if (target.purged === undefined) return model;
  return {
    ...model,
    params: keep('param', model.params),
    tags: keep('tag', model.tags),
    artifacts: model.artifacts.filter(({ path }) => !has('artifact', path)),
  };
}

function partsOf(purged: readonly PurgedPart[] = []) {
  const has = (part: PurgeablePart, key: string): boolean =>
    purged.some((gone) => gone.part === part && gone.key === key);
  const keep = <Value>(part: PurgeablePart, record: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(record).filter(([key]) => !has(part, key)));
  return { has, keep };
}
