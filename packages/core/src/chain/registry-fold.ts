import type { RegisteredModel } from '../model/registered-model.ts';
import type { CommitStamp } from './commit-stamp.ts';
import { type ModelChange, modelChangeKind } from './registry-change.ts';

/** Returns a model as it is directly after its creation. */
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
 * Returns the model after one committed change. Throws a plain Error if the change does not fit the state, which
 * never happens in a chain that the registry's functions wrote; readers turn that into STORE_DAMAGED.
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
