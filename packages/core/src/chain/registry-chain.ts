import type { Actor, RegisteredModel } from '../model/registered-model.ts';
import type { ModelArrived } from './changes/model-arrived.ts';
import type { RegistryChange } from './registry-change.ts';
import type { RegistryHead } from './registry-head.ts';
import type { ReplayMark } from './replay-mark.ts';

/** A registered model as of its last commit. */
export interface RegistryEntry {
  readonly model: RegisteredModel;
  readonly head: RegistryHead;
}

/** A registered model in a walk over all models. */
export interface RegistryOutline {
  readonly entry: RegistryEntry;
  /** The time of the last update of any version, in milliseconds since 1970; `-Infinity` without versions. */
  readonly versionsUpdatedMs: number;
}

/** A commit to create: all its changes happen, or none. */
export interface RegistryCommitDraft {
  readonly by: Actor;
  readonly atMs: number;
  readonly changes: readonly RegistryChange[];
  /** Set when a merge replayed a commit of another store. Author and time are then those of the original. */
  readonly replayed?: ReplayMark;
}

/** A commit in its chain, with number and hash. */
export interface ChainedCommit extends RegistryCommitDraft, RegistryHead {
  /** The name of the chain's model. */
  readonly model: string;
  /** The hash of the commit before; null in the first commit. */
  readonly previous: string | null;
}

/** The state of one chain. */
export interface RegistryChain {
  readonly name: string;
  readonly head: RegistryHead;
  /** Absent when the model was deleted or renamed, or has not arrived yet. */
  readonly model?: RegisteredModel;
  /** The highest version number ever assigned, also to deleted versions; 0 before the first. */
  readonly lastVersion: number;
  /** The marks of deleted versions by number, so that no number ever means another version. */
  readonly versionMarks: Readonly<Record<number, string>>;
  /** The reason why the chain has no model. */
  readonly ended?: ChainEnd;
  /** A started rename. The old chain decides it with the commit after `from`. */
  readonly arriving?: ModelArrived;
}

/** The reason why a chain has no model. */
export interface ChainEnd {
  /** `withdrawn`: a rename to this name was started and not completed. */
  readonly kind: 'deleted' | 'renamed' | 'withdrawn';
  /** With `renamed`: the new name. */
  readonly to?: string;
  readonly by: Actor;
  readonly atMs: number;
}

/** The result of a check of a chain. */
export interface VerifiedChain {
  readonly name: string;
  readonly head: RegistryHead;
  /** Whether the expected commit is the last one; absent if you expected none. */
  readonly isHead?: boolean;
  /** Set while a rename to this name is started but not decided: the old name. */
  readonly arrivingFrom?: string;
}
