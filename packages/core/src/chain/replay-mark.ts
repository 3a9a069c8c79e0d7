import type { Actor } from '../model/registered-model.ts';
import type { RegistryHead } from './registry-head.ts';

/** Where a commit was made first, and who replayed it here. */
export interface ReplayMark {
  /** The original commit in its chain. */
  readonly from: RegistryHead;
  readonly by: Actor;
  readonly atMs: number;
}
