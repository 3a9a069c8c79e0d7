import type {
  Actor,
  ModelVersion,
  TransitionRequest,
  TransitionRule,
  TransitionTarget,
} from '../model/registered-model.ts';

/** Options of `setTransitionRules`. The rules replace the earlier ones. */
export interface SetRulesOptions {
  readonly name: string;
  readonly rules: readonly TransitionRule[];
  readonly by: Actor;
}

/** Options of `requestTransition`. */
export interface RequestTransitionOptions {
  readonly name: string;
  readonly version: number;
  readonly target: TransitionTarget;
  /** Whether the transition also archives the other versions in the stage. Default false. */
  readonly archiveExistingVersions?: boolean;
  readonly comment?: string;
  readonly by: Actor;
}

/** Options of `rejectRequest` and `cancelRequest`. */
export interface DecideRequestOptions {
  readonly name: string;
  readonly requestId: string;
  readonly comment?: string;
  readonly by: Actor;
}

/** Options of `approveRequest`. */
export interface ApproveRequestOptions extends DecideRequestOptions {
  /**
   * Whether the transition also archives the other versions in the stage, if this approval grants the request.
   * Default: the value of the request. If the request has `true`, they are archived in any case.
   */
  readonly archiveExistingVersions?: boolean;
}

/** The result of an approval. */
export interface ApprovalResult {
  readonly version: ModelVersion;
  readonly request: TransitionRequest;
  /** Whether the transition happened. If not, `missing` approvals are still needed. */
  readonly granted: boolean;
  readonly missing: readonly string[];
}

/** Options of `createComment`. */
export interface CreateCommentOptions {
  readonly name: string;
  readonly version: number;
  readonly text: string;
  readonly by: Actor;
}

/** Options of `deleteComment`. */
export interface CommentOptions {
  readonly name: string;
  readonly commentId: string;
  readonly by: Actor;
}

/** Options of `updateComment`. */
export interface UpdateCommentOptions extends CommentOptions {
  readonly text: string;
}
