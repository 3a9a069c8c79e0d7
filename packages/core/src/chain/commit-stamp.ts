import type { Actor } from '../model/registered-model.ts';

/** When and by whom a change was committed. */
export interface CommitStamp {
  readonly by: Actor;
  readonly atMs: number;
}
