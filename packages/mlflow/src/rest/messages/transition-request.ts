import type { ModelVersion } from '@tidemark/core';
import { z } from 'zod';
import { flag, int64, list, requiredText, text } from './wire-fields.ts';

type TransitionRequest = ModelVersion['requests'][number];
type RegistryComment = ModelVersion['comments'][number];

/**
 * Transition requests, comments and activities, which MLflow's own server lacks, under the names that
 * Databricks gives them (docs.databricks.com/api, Workspace Model Registry).
 */
export interface TransitionRequestMessage {
  /** Tidemark's own: the request's id. */
  readonly id?: string | undefined;
  /** `None`, `Staging`, `Production` or `Archived`. */
  readonly to_stage: string;
  readonly user_id: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp: number;
  readonly comment?: string | undefined;
  readonly available_actions?: readonly string[] | undefined;
}

/** Reads it. */
export const TransitionRequestMessage: z.ZodType<TransitionRequestMessage> = z.object({
  id: text,
  to_stage: requiredText,
  user_id: text.transform((value) => value ?? ''),
  creation_timestamp: int64.transform((value) => value ?? 0),
  comment: text,
  available_actions: list(z.string()),
});

/** What `transition-requests/list` answers. */
export interface ListTransitionRequestsResponse {
  readonly requests: readonly TransitionRequestMessage[];
}

/** Reads it. */
export const ListTransitionRequestsResponse: z.ZodType<ListTransitionRequestsResponse> = z.object({
  requests: list(TransitionRequestMessage),
});

/** What `transition-requests/create` and `reject` carry. */
export interface TransitionRequestRequest {
  readonly name: string;
  readonly version: string;
  readonly stage: string;
  readonly comment?: string | undefined;
}

const requestFields = {
  name: requiredText,
  version: z.union([requiredText, z.int().transform(String)]),
  stage: requiredText,
  comment: text,
};

/** Reads it. */
export const TransitionRequestRequest: z.ZodType<TransitionRequestRequest> =
  z.object(requestFields);

/** What `transition-requests/approve` carries. */
export interface ApproveTransitionRequest extends TransitionRequestRequest {
  readonly archive_existing_versions: boolean;
}

/** Reads it. */
export const ApproveTransitionRequest: z.ZodType<ApproveTransitionRequest> = z.object({
  ...requestFields,
  archive_existing_versions: flag.transform((value) => value ?? false),
});

/** What `transition-requests/delete` takes: whose request for which stage is withdrawn. */
export interface DeleteTransitionRequest extends TransitionRequestRequest {
  readonly creator: string;
}

/** Reads it. */
export const DeleteTransitionRequest: z.ZodType<DeleteTransitionRequest> = z.object({
  ...requestFields,
  creator: requiredText,
});

/** Somebody's words about a version. */
export interface CommentMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
  readonly user_id: string;
  readonly comment: string;
  readonly available_actions?: readonly string[] | undefined;
}

/** What `comments/create` carries. */
export interface CreateCommentRequest {
  readonly name: string;
  readonly version: string;
  readonly comment: string;
}

/** Reads it. */
export const CreateCommentRequest: z.ZodType<CreateCommentRequest> = z.object({
  name: requiredText,
  version: requestFields.version,
  comment: requiredText,
});

/** What `comments/update` carries. */
export interface UpdateCommentRequest {
  readonly id: string;
  readonly comment: string;
}

/** Reads it. */
export const UpdateCommentRequest: z.ZodType<UpdateCommentRequest> = z.object({
  id: requiredText,
  comment: requiredText,
});

/** What `comments/delete` takes. */
export interface DeleteCommentRequest {
  readonly id: string;
}

/** Reads it. */
export const DeleteCommentRequest: z.ZodType<DeleteCommentRequest> = z.object({ id: requiredText });

/** Databricks's kinds of activity on a version. */
export type ActivityType =
  | 'APPLIED_TRANSITION'
  | 'REQUESTED_TRANSITION'
  | 'CANCELLED_REQUEST'
  | 'APPROVED_REQUEST'
  | 'REJECTED_REQUEST'
  | 'NEW_COMMENT'
  | 'SYSTEM_TRANSITION';

/** One thing that happened to a version. */
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

/** An open request for a stage as JSON; `actions` are what the caller may do with it. */
export function toTransitionRequestMessage(
  request: TransitionRequest,
  actions: readonly string[],
): TransitionRequestMessage {
  return {
    id: request.requestId,
    to_stage: request.target.kind === 'stage' ? request.target.stage : '',
    user_id: request.by.name,
    creation_timestamp: request.atMs,
    ...(request.comment === '' ? {} : { comment: request.comment }),
    ...(actions.length === 0 ? {} : { available_actions: actions }),
  };
}

/** A comment as JSON. */
export function toCommentMessage(
  comment: RegistryComment,
  actions: readonly string[],
): CommentMessage {
  return {
    id: comment.commentId,
    creation_timestamp: comment.creationTimeMs,
    last_updated_timestamp: comment.lastUpdateTimeMs,
    user_id: comment.by.name,
    comment: comment.text,
    ...(actions.length === 0 ? {} : { available_actions: actions }),
  };
}

/** The open requests of a version for stages: those that this protocol can name. */
export function openStageRequests(version: ModelVersion): readonly TransitionRequest[] {
  return version.requests.filter(
    ({ closed, target }) => closed === undefined && target.kind === 'stage',
  );
}
