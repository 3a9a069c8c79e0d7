import type { LoggedModelId, RunId } from '../model/ids.ts';
import type {
  ModelStage,
  ModelVersionStatus,
  RegisteredModel,
  RegistryTag,
  RunStateDigest,
  TransitionOutcome,
  TransitionRule,
  TransitionTarget,
} from '../model/registered-model.ts';

/**
 * What one commit of a registered model's chain can change. Author and time belong to the commit.
 * A commit's changes are applied in order; together they are the model's audit trail. A reader refuses a
 * kind that it does not know: unlike a fact of a run, a decision may not be passed over.
 */
export type RegistryChange =
  | { readonly kind: 'model-created'; readonly description: string }
  | { readonly kind: 'model-updated'; readonly description: string }
  | { readonly kind: 'model-tag-set'; readonly tag: RegistryTag }
  | { readonly kind: 'model-tag-deleted'; readonly key: string }
  | { readonly kind: 'rules-set'; readonly rules: readonly TransitionRule[] }
  /** Ends the chain, until somebody creates a model of the name anew. */
  | { readonly kind: 'model-deleted' }
  /** Ends the chain: the model goes on in the chain of its new name. */
  | { readonly kind: 'model-renamed'; readonly to: string }
  | ModelArrived
  | VersionCreated
  | { readonly kind: 'version-updated'; readonly version: number; readonly description: string }
  | {
      readonly kind: 'version-status-set';
      readonly version: number;
      readonly status: ModelVersionStatus;
      readonly statusMessage?: string;
    }
  /** Its number is never given again. */
  | { readonly kind: 'version-deleted'; readonly version: number }
  | { readonly kind: 'version-tag-set'; readonly version: number; readonly tag: RegistryTag }
  | { readonly kind: 'version-tag-deleted'; readonly version: number; readonly key: string }
  | AliasSet
  | { readonly kind: 'alias-deleted'; readonly alias: string }
  | StageSet
  | RequestCreated
  | { readonly kind: 'request-approved'; readonly request: string; readonly comment?: string }
  | {
      readonly kind: 'request-closed';
      readonly request: string;
      readonly outcome: TransitionOutcome;
      readonly comment?: string;
    }
  | {
      readonly kind: 'comment-created';
      readonly comment: string;
      readonly version: number;
      readonly text: string;
    }
  | { readonly kind: 'comment-updated'; readonly comment: string; readonly text: string }
  | { readonly kind: 'comment-deleted'; readonly comment: string };

/**
 * The first change of a chain that takes over a model from the chain of its old name. It holds once
 * the old chain goes on with `model-renamed` right behind `from`, and never when that goes on otherwise.
 */
export interface ModelArrived {
  readonly kind: 'model-arrived';
  readonly from: { readonly name: string; readonly number: number; readonly hash: string };
  /** The model as it was at the old chain's head, so that this chain can be read alone. */
  readonly model: RegisteredModel;
  /** The highest version number that the old chain gave. */
  readonly lastVersion: number;
}

/** A new version, with the digests that pin what it was made of. */
export interface VersionCreated {
  readonly kind: 'version-created';
  readonly version: number;
  readonly source: string;
  readonly description: string;
  readonly runId?: RunId;
  readonly modelId?: LoggedModelId;
  readonly runLink?: string;
  /** Default READY. */
  readonly status?: ModelVersionStatus;
  readonly statusMessage?: string;
  readonly artifactsDigest?: string;
  readonly runState?: RunStateDigest;
}

/** An alias, pointed at a version; it leaves the version that had it. */
export interface AliasSet {
  readonly kind: 'alias-set';
  readonly alias: string;
  readonly version: number;
  /** The request that is granted by it. */
  readonly request?: string;
  readonly comment?: string;
}

/** A version goes from one stage to another. */
export interface StageSet {
  readonly kind: 'stage-set';
  readonly version: number;
  readonly from: ModelStage;
  readonly to: ModelStage;
  /**
   * Why: somebody did it, a request for it was granted, or another version came into the stage that
   * this one leaves (in the same commit, further down).
   */
  readonly cause: 'direct' | 'request' | 'archived';
  /** With the cause `request`: which. */
  readonly request?: string;
  readonly comment?: string;
}

/** Somebody asks for a transition. */
export interface RequestCreated {
  readonly kind: 'request-created';
  readonly request: string;
  readonly version: number;
  readonly target: TransitionTarget;
  readonly archiveExistingVersions?: boolean;
  readonly comment?: string;
}
