import type { LoggedModelId, RunId } from './ids.ts';

/** Who acted. In a file store an identity is a claim; a server that authenticates says so. */
export interface Actor {
  readonly name: string;
  readonly authenticated: boolean;
}

/** Who set a tag, when, on what ground and for which bytes. */
export interface TagEvidence {
  readonly by: Actor;
  readonly atMs: number;
  /** The run or the CI job that produced the verdict. */
  readonly runId?: RunId;
  readonly ciJob?: string;
  /** The artifacts digest of the version that the tag speaks of. */
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
   * For each writer the stamp of its last event that was folded, in microseconds. A writer's stamps only
   * grow, so this names the events exactly, whatever other writers add later with whatever clock.
   */
  readonly through: Readonly<Record<string, number>>;
}

/** Where a version stands: MLflow's four names (entities/model_registry/model_version_stages.py). */
export type ModelStage = 'None' | 'Staging' | 'Production' | 'Archived';

/** Whether a version can be used: MLflow's names (entities/model_registry/model_version_status.py). */
export type ModelVersionStatus = 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';

/** Where a version is to go: into a stage, or under an alias. */
export type TransitionTarget =
  | { readonly kind: 'stage'; readonly stage: ModelStage }
  | { readonly kind: 'alias'; readonly alias: string };

/** A consent to a transition request. */
export interface TransitionApproval {
  readonly by: Actor;
  readonly atMs: number;
  readonly comment: string;
}

/** How a transition request ended. `superseded`: the version went there without it. */
export type TransitionOutcome = 'approved' | 'rejected' | 'cancelled' | 'superseded';

/** A request that a version gets a stage or an alias, and its outcome. */
export interface TransitionRequest {
  /** Unique in the store. */
  readonly requestId: string;
  readonly target: TransitionTarget;
  readonly by: Actor;
  readonly atMs: number;
  readonly comment: string;
  /** When it is granted, the other versions in the stage are archived (stages only). */
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
 * What must hold before a version of the model goes into a stage or under an alias. Several rules for
 * one target all have to hold.
 */
export interface TransitionRule {
  readonly target: TransitionTarget;
  /**
   * How many different people have to approve a request for it. Default 0: it may also be done
   * directly. The requester's own approval never counts.
   */
  readonly approvals?: number;
  /** Whose approval does not count: default the requester's alone, or also that of who registered the version. */
  readonly approverNot?: 'requester' | 'requester-or-author';
  /** Only approvals of these people count. Default: of anybody. */
  readonly approvers?: readonly string[];
  /** Only approvals of people whom a server authenticated count. Default false. */
  readonly authenticated?: boolean;
  /**
   * Tags that the version must have: `key`, or `key=value`. Their evidence must speak of the files
   * that the version was registered with, and these must be the ones recorded now.
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
  /** Where the model's files are: `models:/m-…`, or a URI outside the store. */
  readonly source: string;
  /**
   * Where the files are, when `source` names another version of a registered model: `models:/m-…`,
   * `runs:/<run>/<path>`, or a URI outside the store. It is found once, when the version is made, so that
   * the version does not depend on what later happens to the other one (MLflow: `storage_location`).
   */
  readonly storageLocation?: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  /** A link to the run for people, as MLflow keeps it. */
  readonly runLink?: string;
  readonly stage: ModelStage;
  readonly status: ModelVersionStatus;
  /** Why the status is what it is. */
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
  /** What its transitions must fulfil; empty when anybody may do anything. */
  readonly rules: readonly TransitionRule[];
  readonly versions: readonly ModelVersion[];
}
