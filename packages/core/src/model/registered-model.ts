import type { LoggedModelId, RunId } from './ids.ts';

/**
 * The user or program that acts. In a file store the name is only a claim; `authenticated` is true if a server
 * checked it.
 */
export interface Actor {
  readonly name: string;
  readonly authenticated: boolean;
}

/** The evidence of a tag: who set it, when, from which run or CI job, and for which files. */
export interface TagEvidence {
  readonly by: Actor;
  readonly atMs: number;
  /** The run or the CI job that produced the verdict. */
  readonly runId?: RunId;
  readonly ciJob?: string;
  /** The artifacts digest of the version that the tag is about. */
  readonly digest?: string;
}

/** A tag of a registered model or of one version, with its evidence. */
export interface RegistryTag {
  readonly key: string;
  readonly value: string;
  readonly evidence: TagEvidence;
}

/** The digest of a run's folded state, and which events were folded. */
export interface RunStateDigest {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  /**
   * For each writer, the stamp of its last folded event, in microseconds. A writer's stamps only grow, so this names
   * the events exactly, even if other writers add events later.
   */
  readonly through: Readonly<Record<string, number>>;
}

/** The stage of a version: MLflow's four names (entities/model_registry/model_version_stages.py). */
export type ModelStage = 'None' | 'Staging' | 'Production' | 'Archived';

/** Whether a version can be used: MLflow's names (entities/model_registry/model_version_status.py). */
export type ModelVersionStatus = 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';

/** The target of a transition: a stage, or an alias. */
export type TransitionTarget =
  | { readonly kind: 'stage'; readonly stage: ModelStage }
  | { readonly kind: 'alias'; readonly alias: string };

/** An approval of a transition request. */
export interface TransitionApproval {
  readonly by: Actor;
  readonly atMs: number;
  readonly comment: string;
}

/** How a transition request ended. `superseded`: the version got the stage or the alias without the request. */
export type TransitionOutcome = 'approved' | 'rejected' | 'cancelled' | 'superseded';

/** A request that a version gets a stage or an alias, and its outcome. */
export interface TransitionRequest {
  /** Unique in the store. */
  readonly requestId: string;
  readonly target: TransitionTarget;
  readonly by: Actor;
  readonly atMs: number;
  readonly comment: string;
  /** Whether an approval also archives the other versions in the stage (stages only). */
  readonly archiveExistingVersions: boolean;
  /** Oldest first, at most one of each name. */
  readonly approvals: readonly TransitionApproval[];
  /** Absent while it is open. */
  readonly closed?: {
    readonly outcome: TransitionOutcome;
    readonly by: Actor;
    readonly atMs: number;
    readonly comment: string;
  };
}

/** A comment on a version. */
export interface RegistryComment {
  /** Unique in the store. */
  readonly commentId: string;
  readonly by: Actor;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly text: string;
}

/**
 * A rule: the conditions for a version of the model to get a stage or an alias. If a target has several rules, all of
 * them must hold.
 */
export interface TransitionRule {
  readonly target: TransitionTarget;
  /**
   * How many different people must approve a request. Default 0: no request is needed. The requester's own approval
   * never counts.
   */
  readonly approvals?: number;
  /**
   * The people whose approvals do not count: the requester (the default), or also the author who registered the
   * version.
   */
  readonly approverNot?: 'requester' | 'requester-or-author';
  /** Only approvals of these people count. Default: approvals of all people count. */
  readonly approvers?: readonly string[];
  /** Only approvals of people whom a server authenticated count. Default false. */
  readonly authenticated?: boolean;
  /**
   * Tags that the version must have: `key`, or `key=value`. Their evidence must be about the files that the version
   * was registered with, and those files must not have changed since.
   */
  readonly tags?: readonly string[];
}

/** One version of a registered model. */
export interface ModelVersion {
  readonly version: number;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly createdBy: Actor;
  readonly description: string;
  /** The place of the model's files: `models:/m-…`, or a URI outside the store. */
  readonly source: string;
  /**
   * The place of the files, if `source` names another version of a registered model: `models:/m-…`,
   * `runs:/<run>/<path>`, or a URI outside the store. It is resolved once, when the version is created, so that the
   * version does not depend on later changes of the other one (MLflow: `storage_location`).
   */
  readonly storageLocation?: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  /** A link to the run, for people, as in MLflow. */
  readonly runLink?: string;
  readonly stage: ModelStage;
  readonly status: ModelVersionStatus;
  /** The reason for the status. */
  readonly statusMessage?: string;
  /** `sha256:` and the digest of the sorted manifest of the model's files. */
  readonly artifactsDigest?: string;
  readonly runState?: RunStateDigest;
  readonly tags: readonly RegistryTag[];
  /** Sorted. */
  readonly aliases: readonly string[];
  /** Oldest first, open and closed ones. */
  readonly requests: readonly TransitionRequest[];
  /** Oldest first. */
  readonly comments: readonly RegistryComment[];
}

/** A registered model with all its versions, oldest first. */
export interface RegisteredModel {
  readonly name: string;
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
  readonly description: string;
  readonly tags: readonly RegistryTag[];
  /** The rules for its transitions; empty when every transition is allowed. */
  readonly rules: readonly TransitionRule[];
  readonly versions: readonly ModelVersion[];
}
