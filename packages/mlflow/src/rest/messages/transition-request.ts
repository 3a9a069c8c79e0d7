import type { ModelVersion, RegistryComment, TransitionRequest } from '@tidemark/core';
import { z } from 'zod';
import { int64OrZero, list, requiredText, text, textOrEmpty } from './wire-fields.ts';

/**
 * Transition requests, comments and activities, which MLflow's own server lacks, under the names of Databricks
 * (docs.databricks.com/api, Workspace Model Registry).
 */
export interface TransitionRequestMessage {
  /** Only in Tidemark: the id of the request. */
  readonly id?: string | undefined;
  /** `None`, `Staging`, `Production` or `Archived`. */
  readonly to_stage: string;
  readonly user_id: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp: number;
  readonly comment?: string | undefined;
  readonly available_actions?: readonly string[] | undefined;
  /** For Tidemark's client: the complete record. */
  readonly tidemark?: TransitionRequest | undefined;
}

/** Schema of TransitionRequestMessage. */
export const TransitionRequestMessage: z.ZodType<TransitionRequestMessage> = z.object({
  id: text,
  to_stage: requiredText,
  user_id: textOrEmpty,
  creation_timestamp: int64OrZero,
  comment: text,
  available_actions: list(z.string()),
});

/** Response of `transition-requests/list`. */
export interface ListTransitionRequestsResponse {
  readonly requests: readonly TransitionRequestMessage[];
}

/** Schema of ListTransitionRequestsResponse. */
export const ListTransitionRequestsResponse: z.ZodType<ListTransitionRequestsResponse> = z.object({
  requests: list(TransitionRequestMessage),
});

/** A comment on a version. */
export interface CommentMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly user_id: string;
  readonly comment: string;
  readonly available_actions?: readonly string[] | undefined;
  /** The complete record, for Tidemark's client. */
  readonly tidemark?: RegistryComment | undefined;
}

/** Databricks's kinds of activity on a version. */
export type ActivityType =
  | 'APPLIED_TRANSITION'
  | 'REQUESTED_TRANSITION'
  | 'CANCELLED_REQUEST'
  | 'APPROVED_REQUEST'
  | 'REJECTED_REQUEST'
  | 'NEW_COMMENT'
  | 'SYSTEM_TRANSITION';

/** One activity on a version. */
export interface ActivityMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly user_id: string;
  readonly activity_type: ActivityType;
  readonly comment?: string | undefined;
  readonly from_stage?: string | undefined;
  readonly to_stage?: string | undefined;
  readonly system_comment?: string | undefined;
}

/** The data that a server adds to the state of a request or a comment. */
export interface ReviewMessageOptions {
  /** The actions that the caller may take. */
  readonly actions: readonly string[];
  /** Whether the request asked for Tidemark's own fields. */
  readonly tidemarkFields: boolean;
}

/** A request as JSON; one for an alias has no stage. */
export function toTransitionRequestMessage(
  request: TransitionRequest,
  { actions, tidemarkFields }: ReviewMessageOptions,
): TransitionRequestMessage {
  return {
    id: request.requestId,
    to_stage: request.target.kind === 'stage' ? request.target.stage : '',
    user_id: request.by.name,
    creation_timestamp: request.atMs,
    ...(request.comment === '' ? {} : { comment: request.comment }),
    ...(actions.length === 0 ? {} : { available_actions: actions }),
    ...(tidemarkFields ? { tidemark: request } : {}),
  };
}

/** A comment as JSON. */
export function toCommentMessage(
  comment: RegistryComment,
  { actions, tidemarkFields }: ReviewMessageOptions,
): CommentMessage {
  return {
    id: comment.commentId,
    creation_timestamp: comment.creationTimeMs,
    last_updated_timestamp: comment.lastUpdateTimeMs,
    user_id: comment.by.name,
    comment: comment.text,
    ...(actions.length === 0 ? {} : { available_actions: actions }),
    ...(tidemarkFields ? { tidemark: comment } : {}),
  };
}

/** The open requests of a version for stages, which are those that this protocol supports. */
export function openStageRequests(version: ModelVersion): readonly TransitionRequest[] {
  return version.requests.filter(
    ({ closed, target }) => closed === undefined && target.kind === 'stage',
  );
}
