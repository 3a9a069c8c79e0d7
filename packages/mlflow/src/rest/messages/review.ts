import type {
  ApprovalResult,
  RegistryComment,
  RegistryHead,
  TransitionRequest,
} from '@tidemark/core';
import { z } from 'zod';
import { ModelVersionMessage } from './model-version.ts';
import type { Page } from './page.ts';
import { RegistryCommentFields, TransitionRequestFields } from './review-fields.ts';
import { flag, list, optional, text } from './wire-fields.ts';

/** The data that a Tidemark server adds to the response to a decision, for Tidemark's client. */
export interface DecisionResponse {
  readonly tidemark: {
    readonly request: TransitionRequest;
    /** For approvals: the version after it, and what is still needed. */
    readonly model_version?: ModelVersionMessage | undefined;
    readonly granted?: ApprovalResult['granted'] | undefined;
    readonly missing: ApprovalResult['missing'];
  };
}

/** Schema of DecisionResponse. */
export const DecisionResponse: z.ZodType<DecisionResponse> = z.object({
  tidemark: z.object({
    request: TransitionRequestFields,
    model_version: optional(ModelVersionMessage),
    granted: flag,
    missing: list(z.string()),
  }),
});

/** Response of `transition-requests/create` to Tidemark's client. */
export interface CreatedRequestResponse {
  readonly request: { readonly tidemark: TransitionRequest };
}

/** Schema of CreatedRequestResponse. */
export const CreatedRequestResponse: z.ZodType<CreatedRequestResponse> = z.object({
  request: z.object({ tidemark: TransitionRequestFields }),
});

/** Response of `comments/create` and `update` to Tidemark's client. */
export interface CommentResponse {
  readonly comment: { readonly tidemark: RegistryComment };
}

/** Schema of CommentResponse. */
export const CommentResponse: z.ZodType<CommentResponse> = z.object({
  comment: z.object({ tidemark: RegistryCommentFields }),
});

/** Response of `GET registered-models/rules` and `set-rules`. */
export interface RulesResponse {
  readonly rules: readonly unknown[];
}

/** Schema of RulesResponse. */
export const RulesResponse: z.ZodType<RulesResponse> = z.object({ rules: list(z.unknown()) });

/** A page of a model's commits, oldest first, and the head of its chain, which the server has checked. */
export interface ModelHistoryResponse extends Page<'commits', unknown> {
  readonly head: RegistryHead;
  /** See `VerifiedChain`. */
  readonly arriving_from?: string | undefined;
  /** In the form of the chains of the registry (docs/store-format.md), each with its hash. */
  readonly commits: readonly unknown[];
}

/** Schema of ModelHistoryResponse; the commits themselves are read by `parseChainedCommit`. */
export const ModelHistoryResponse: z.ZodType<ModelHistoryResponse> = z.object({
  head: z.object({ number: z.int(), hash: z.string() }),
  arriving_from: text,
  commits: list(z.unknown()),
  next_page_token: text,
});
