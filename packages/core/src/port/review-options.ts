import type {
  Actor,
  ModelVersion,
  TransitionRequest,
  TransitionRule,
  TransitionTarget,
} from '../model/registered-model.ts';

/** The rules that a registered model is to have, in place of those it had. */
export interface SetRulesOptions {
  readonly name: string;
  readonly rules: readonly TransitionRule[];
  readonly by: Actor;
}

/** What is asked for, by whom. */
export interface RequestTransitionOptions {
  readonly name: string;
  readonly version: number;
  readonly target: TransitionTarget;
  /** Archive the other versions in the stage when the request is granted. Default false. */
  readonly archiveExistingVersions?: boolean;
  readonly comment?: string;
  readonly by: Actor;
}

/** Which request is decided, by whom. */
export interface DecideRequestOptions {
  readonly name: string;
  readonly requestId: string;
  readonly comment?: string;
  readonly by: Actor;
}

/** An approval, and what is to happen with it. */
export interface ApproveRequestOptions extends DecideRequestOptions {
  /**
   * Whether the versions that are in the stage go to Archived when this approval brings the version there.
   * Default: as the request has it, which counts in any case.
   */
  readonly archiveExistingVersions?: boolean;
}

/** What an approval came to. */
export interface ApprovalResult {
  readonly version: ModelVersion;
  readonly request: TransitionRequest;
  /** Whether the version went there; otherwise `missing` approvals are awaited. */
  readonly granted: boolean;
  readonly missing: readonly string[];
}

/** A comment to be made on a version. */
export interface CreateCommentOptions {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  readonly by: Actor;
}

/** Which comment, and who acts on it. */
export interface CommentOptions {
  readonly name: string;
  readonly commentId: string;
  readonly by: Actor;
}

/** A comment, and what it is to say from now on. */
export interface UpdateCommentOptions extends CommentOptions {
  readonly text: string;
}
