import type { Actor, RegisteredModel } from '../model/registered-model.ts';
import type { ModelArrived } from './changes/model-arrived.ts';
import type { RegistryChange } from './registry-change.ts';
import type { RegistryHead } from './registry-head.ts';
import type { ReplayMark } from './replay-mark.ts';

/** A registered model as last committed. */
export interface RegistryEntry {
  readonly model: RegisteredModel;
  readonly head: RegistryHead;
}

/** A registered model on a walk through them. */
export interface RegistryOutline {
  readonly entry: RegistryEntry;
  /** When any of its versions was updated last; `-Infinity` when it has none. */
  readonly versionsUpdatedMs: number;
}

/** A commit to be made: all its changes happen, or none. */
export interface RegistryCommitDraft {
  readonly by: Actor;
  readonly atMs: number;
  readonly changes: readonly RegistryChange[];
  /** Set when a merge replayed a commit of another store; author and time are then the original's. */
  readonly replayed?: ReplayMark;
}

/** A commit in its chain, with number and hash. */
export interface ChainedCommit extends RegistryCommitDraft, RegistryHead {
  /** The name that the chain is for. */
  readonly model: string;
  /** The hash of the commit before; null in the first. */
  readonly previous: string | null;
}

/** The state of one chain. */
export interface RegistryChain {
  readonly name: string;
  readonly head: RegistryHead;
  /** Absent when the model is gone, or has not arrived yet. */
  readonly model?: RegisteredModel;
  /** The highest version number ever given, also to versions that were deleted; 0 when none was. */
  readonly lastVersion: number;
  /** What the numbers were given to that the model has no more, so that none comes to mean something else. */
  readonly versionMarks: Readonly<Record<number, string>>;
  /** Why there is no model. */
  readonly ended?: ChainEnd;
  /** A rename that was begun: its chain decides about it with the commit that follows `from`. */
  readonly arriving?: ModelArrived;
}

/** How a chain came to hold no model. */
export interface ChainEnd {
  /** `withdrawn`: a rename to this name was begun and came to nothing. */
  readonly kind: 'deleted' | 'renamed' | 'withdrawn';
  /** With `renamed`: the new name. */
  readonly to?: string;
  readonly by: Actor;
  readonly atMs: number;
}

/** What a check of a chain found. */
export interface VerifiedChain {
  readonly name: string;
  readonly head: RegistryHead;
  /** Whether the commit that was demanded is the last one; absent when none was. */
  readonly isHead?: boolean;
  /** A rename to this name that was begun and is neither finished nor given up: from where. */
  readonly arrivingFrom?: string;
}
