import type { PurgedThings } from '../../fold/purged-things.ts';
import type { LoggedModelId, RunId } from '../../model/ids.ts';
import type { PurgeTarget } from '../../tracking/purge-plan.ts';
import type { ReferringArtifact } from '../../tracking/referring-artifacts.ts';
import type { VersionName } from '../../tracking/referring-versions.ts';

/** A log that contains what was purged, and is rewritten without it. */
export interface LogRewrite {
  /** Below the store's folder. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly freedBytes: number;
  /** Lines that go, and lines of which a part goes. */
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
    /** Was being written when its process ended, over a day ago. */
    | 'partial'
    /** A log whose every line is in another that was made of it. */
    | 'superseded';
}

/** What is left alone although it was purged, or deleted long ago: versions or other artifacts need it. */
export interface Kept {
  readonly id: RunId | LoggedModelId | string;
  readonly neededBy: readonly VersionName[];
  /** Artifacts of others that are recorded as being its files. */
  readonly referredBy: readonly ReferringArtifact[];
}

/** What a clean-up would free. Made by `planGarbage`, done by `collectGarbage`. */
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
  /** What the lines of logs are held against. */
  readonly things: PurgedThings;
}
