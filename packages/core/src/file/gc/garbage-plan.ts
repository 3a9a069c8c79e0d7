import type { PurgedThings } from '../../fold/purged-things.ts';
import type { LoggedModelId, RunId } from '../../model/ids.ts';
import type { PurgeTarget } from '../../tracking/purge-plan.ts';
import type { ReferringArtifact } from '../../tracking/referring-artifacts.ts';
import type { VersionName } from '../../tracking/referring-versions.ts';
import type { StoreDamage } from '../store-damage.ts';
import type { LogUnrest } from './log-at-rest.ts';

/** A log that contains purged things, and will be rewritten without them. */
export interface LogRewrite {
  /** Below the store's folder. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly freedBytes: number;
  /** The number of lines that are removed in whole or in part. */
  readonly lines: number;
}

/** Small logs to merge into one, because a file for each short process is slow to open and wastes space. */
export interface LogMerge {
  readonly target: string;
  readonly sources: readonly { readonly file: string; readonly sizeBytes: number }[];
  readonly modifiedMs: number;
}

/** A file or a folder to remove. */
export interface Removal {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly why: /** It belongs to a purged thing. */
    | 'purged'
    /** Its process ended while it wrote the file, more than a day ago. */
    | 'partial'
    /** It is a log whose lines are all in another log that replaces it. */
    | 'superseded'
    /** It is a derived file without a use. */
    | 'idle';
}

/** A log that a clean-up does not change although it may contain purged things. */
export interface LeftOut {
  /** Below the store's folder. */
  readonly file: string;
  /** Why it is not changed: a process may still write to it, or it cannot be read. */
  readonly why: LogUnrest;
}

/**
 * Something that is kept although it was purged, or deleted long ago, because versions or other artifacts need it.
 */
export interface Kept {
  readonly id: RunId | LoggedModelId | string;
  readonly neededBy: readonly VersionName[];
  /** Artifacts of other runs and models that refer to its files. */
  readonly referredBy: readonly ReferringArtifact[];
}

/** The plan of a clean-up. `planGarbage` makes it, and `collectGarbage` carries it out. */
export interface GarbagePlan {
  readonly folder: string;
  /** The things to purge first, because they were deleted long ago. */
  readonly expired: readonly PurgeTarget[];
  readonly rewrites: readonly LogRewrite[];
  readonly merges: readonly LogMerge[];
  readonly removals: readonly Removal[];
  readonly kept: readonly Kept[];
  /** The logs that stay as they are, because the clean-up cannot decide about them. */
  readonly leftOut: readonly LeftOut[];
  /**
   * The registered models that cannot be read. It is unknown what their versions need, so nothing is removed that was
   * purged as a whole.
   */
  readonly damagedChains: readonly StoreDamage[];
  readonly freedBytes: number;
  readonly freedFiles: number;
  /** The purged things, to remove from the lines of logs. */
  readonly things: PurgedThings;
}
