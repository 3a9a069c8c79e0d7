import type { z } from 'zod';
import type { RegisteredModel } from '../model/registered-model.ts';
import type { Described, Known } from './activity.ts';
import type { CommitStamp } from './commit-stamp.ts';

/**
 * All that tells one kind of registry change from another: one object for each kind, in a file of its own below
 * `changes/`, listed in `registry-change.ts`.
 */
export interface ChangeKind<Change> {
  /** The change as it stands in a commit. */
  readonly schema: z.ZodType<Change> & z.core.$ZodTypeDiscriminable;
  /** What the history says of it, and takes note of for later changes, which only name what this one says. */
  describe(change: Change, known: Known): Described;
}

/** A kind of change of a model that is there: neither its beginning nor its end. */
export interface ModelChangeKind<Change> extends ChangeKind<Change> {
  /** The model after the change. Throws a plain Error when the change does not fit. */
  join(model: RegisteredModel, change: Change, stamp: CommitStamp): RegisteredModel;
  /**
   * Set where the time of the model's last update stays. As in MLflow's registry: tags and aliases are no
   * updates, and the description of a version is one of that alone.
   */
  readonly movesNoModel?: true;
}
