import type { ChainedCommit, VerifiedChain } from '../chain/registry-chain.ts';
import type {
  RegisteredModel,
  RegistryComment,
  TransitionRequest,
} from '../model/registered-model.ts';
import type {
  ApprovalResult,
  ApproveRequestOptions,
  CommentOptions,
  CreateCommentOptions,
  DecideRequestOptions,
  RequestTransitionOptions,
  SetRulesOptions,
  UpdateCommentOptions,
} from './review-options.ts';

/**
 * The reviews of a server: the functions of the same names, with their errors. The server decides who acts; `by` is
 * the caller's claim, and counts only at a server without logins.
 */
export interface RegistryReviews {
  setTransitionRules(options: SetRulesOptions): Promise<RegisteredModel>;
  requestTransition(options: RequestTransitionOptions): Promise<TransitionRequest>;
  approveRequest(options: ApproveRequestOptions): Promise<ApprovalResult>;
  rejectRequest(options: DecideRequestOptions): Promise<TransitionRequest>;
  cancelRequest(options: DecideRequestOptions): Promise<TransitionRequest>;
  createComment(options: CreateCommentOptions): Promise<RegistryComment>;
  updateComment(options: UpdateCommentOptions): Promise<RegistryComment>;
  deleteComment(options: CommentOptions): Promise<void>;
  /** Yields the commits of a model, like `modelHistory`. */
  history(name: string): AsyncIterable<ChainedCommit>;
  /** Checks the history of a model, like `verifyChain`. */
  verifyHistory(name: string, options: { readonly expectHead?: string }): Promise<VerifiedChain>;
}
