import type { PurgedThings } from '../../fold/purged-things.ts';
import type { LoggedModelId, RunId } from '../../model/ids.ts';
import type { PurgeTarget } from '../../tracking/purge-plan.ts';
import type { ReferringArtifact } from '../../tracking/referring-artifacts.ts';
import type { VersionName } from '../../tracking/referring-versions.ts';

/** A log that contains purged things, and is rewritten without them. */
export interface LogRewrite {
  /** Below the store's folder. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly freedBytes: number;
  /** The number of lines that are removed in whole or in part. */
  readonly lines: number;
}

/** Small logs that become one: a file for each short process is slow to open and wastes space. */
export interface LogMerge {
  readonly target: string;
  readonly sources: readonly { readonly file: string; readonly sizeBytes: number }[];
  readonly modifiedMs: number;
}

/** A file or a folder that is removed. */
export interface Removal {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly why: /** Belongs to what was purged. */
    | 'purged'
    /** Its process ended while it wrote the file, more than a day ago. */
    | 'partial'
    /** A log whose every line is in another log that replaces it. */
    | 'superseded';
}

/**
 * Something that is kept although it was purged, or deleted long ago, because versions or other artifacts need it.
 */
export interface Kept {
  readonly id: RunId | LoggedModelId | string;
  readonly neededBy: readonly VersionName[];
  /** Artifacts of others that are recorded as being its files. */
  readonly referredBy: readonly ReferringArtifact[];
}

/** The plan of a clean-up. `planGarbage` makes it, and `collectGarbage` carries it out. */
export interface GarbagePlan {
  readonly folder: string;
  /** Deleted so long ago that they are purged first. */
  readonly expired: readonly PurgeTarget[];
  readonly rewrites: readonly LogRewrite[];
  readonly merges: readonly LogMerge[];
  readonly removals: readonly Removal[];
  readonly kept: readonly Kept[];
  /** Why some files were left out: they could not be judged. */
  readonly leftOut: readonly string[];
  readonly freedBytes: number;
  readonly freedFiles: number;
  /** The purged things, with which the lines of logs are compared. */
  readonly things: PurgedThings;
}
