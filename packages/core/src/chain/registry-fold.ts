import type { RegisteredModel } from '../model/registered-model.ts';
import type { CommitStamp } from './commit-stamp.ts';
import { type ModelChange, modelChangeKind } from './registry-change.ts';

/** A model that was just created. */
export function newModel(
  name: string,
  description: string,
  { atMs }: Pick<CommitStamp, 'atMs'>,
): RegisteredModel {
  return {
    name,
    creationTimeMs: atMs,
    lastUpdateTimeMs: atMs,
    description,
    tags: [],
    rules: [],
    versions: [],
  };
}

/**
 * Applies one committed change: the model after it. Throws a plain Error when the change does not fit
 * the state, which a chain made through the registry's functions never shows; readers turn that into
 * STORE_DAMAGED.
 */
export function applyModelChange(
  model: RegisteredModel,
  change: ModelChange,
  stamp: CommitStamp,
): RegisteredModel {
  const { join, movesNoModel = false } = modelChangeKind(change);
  const after = join(model, change, stamp);
  return movesNoModel ? after : { ...after, lastUpdateTimeMs: stamp.atMs };
}
