import type { Actor } from '../model/registered-model.ts';
import type { RegistryHead } from './registry-head.ts';

/** The original of a replayed commit, and who replayed it in this store. */
export interface ReplayMark {
  /** The original commit in the chain of the other store. */
  readonly from: RegistryHead;
  readonly by: Actor;
  readonly atMs: number;
}
