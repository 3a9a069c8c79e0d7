import type { Actor } from '../model/registered-model.ts';

/** The author and the time of a commit. */
export interface CommitStamp {
  readonly by: Actor;
  readonly atMs: number;
}
