import type { z } from 'zod';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { Described, Known } from './activity.ts';
import type { CommitStamp } from './commit-stamp.ts';

/**
 * Everything that differs between kinds of registry changes. Each kind is one object in one file of `changes/`, and
 * `registry-change.ts` lists them.
 */
export interface ChangeKind<Change> {
  /** Schema of the change in a commit. */
  readonly schema: z.ZodType<Change> & z.core.$ZodTypeDiscriminable;
  /** Returns what the history says about the change. Stores in `known` the values that later changes refer to. */
  describe(change: Change, known: Known): Described;
}

/** A kind of change of an existing model, which neither creates nor ends it. */
export interface ModelChangeKind<Change> extends ChangeKind<Change> {
  /** Returns the model after the change. Throws a plain Error if the change does not fit. */
  join(model: RegisteredModel, change: Change, stamp: CommitStamp): RegisteredModel;
  /**
   * Set if the change leaves the time of the model's last update as it is. As in MLflow's registry, tags and aliases
   * are not updates, and the description of a version only updates the version.
   */
  readonly movesNoModel?: true;
}
