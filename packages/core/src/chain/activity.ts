import type { Actor, ModelStage, TransitionTarget } from '../model/registered-model.ts';
import type { CommitStamp } from './commit-stamp.ts';
import type { ReplayMark } from './replay-mark.ts';

/**
 * The type of an activity. The first seven are Databricks' activity types with their meaning (Workspace model
 * registry, Activity); the others are Tidemark's own.
 */
export type RegistryActivityType =
  | 'APPLIED_TRANSITION'
  | 'REQUESTED_TRANSITION'
  | 'CANCELLED_REQUEST'
  | 'APPROVED_REQUEST'
  | 'REJECTED_REQUEST'
  | 'NEW_COMMENT'
  | 'SYSTEM_TRANSITION'
  | 'GRANTED_REQUEST'
  | 'SUPERSEDED_REQUEST'
  | 'EDITED_COMMENT'
  | 'DELETED_COMMENT'
  | 'CREATED_MODEL'
  | 'UPDATED_MODEL'
  | 'RENAMED_MODEL'
  | 'DELETED_MODEL'
  | 'SET_RULES'
  | 'CREATED_VERSION'
  | 'UPDATED_VERSION'
  | 'DELETED_VERSION'
  | 'SET_TAG'
  | 'DELETED_TAG'
  | 'SET_ALIAS'
  | 'DELETED_ALIAS';

/** One thing that happened to a registered model. */
export interface RegistryActivity {
  readonly type: RegistryActivityType;
  readonly atMs: number;
  readonly by: Actor;
  /** The name that the model had, and the commit. */
  readonly model: string;
  readonly commit: { readonly number: number; readonly hash: string };
  readonly version?: number;
  /** The stages before and after, for transitions and requests. */
  readonly fromStage?: ModelStage;
  readonly target?: TransitionTarget;
  readonly requestId?: string;
  readonly commentId?: string;
  readonly comment?: string;
  /** The changed thing, for people: a tag's `key = value`, a new name, the number of rules. */
  readonly subject?: string;
  /** Set when a merge replayed a commit of another store. */
  readonly replayed?: ReplayMark;
  /** Set when a copy or an import added it: who did that, and when. `by` and `atMs` are those of the original. */
  readonly broughtIn?: CommitStamp;
}

/** The values of earlier changes that later changes refer to. */
export interface Known {
  readonly stages: Map<number, ModelStage>;
  readonly requests: Map<string, { version: number; target: TransitionTarget }>;
  readonly comments: Map<string, number>;
}

/** The part of an activity that comes from the change. The rest comes from the commit. */
export type Described = Omit<
  RegistryActivity,
  'by' | 'atMs' | 'model' | 'commit' | 'replayed' | 'broughtIn'
>;

/** Returns the comment of a change, if it has one. */
export function withComment(comment: string | undefined): { comment?: string } {
  return comment === undefined ? {} : { comment };
}

/** Returns a description as the subject of an activity; no subject if it is empty. */
export function descriptionText(description: string): { subject?: string } {
  return description === '' ? {} : { subject: description };
}

/** Returns the known values of a request. */
export function ofRequest(requestId: string, known: Known): Omit<Described, 'type'> {
  const request = known.requests.get(requestId);
  const stage = request && known.stages.get(request.version);
  // A request is closed as granted after the transition, so the version has the stage already.
  const isThere = request?.target.kind === 'stage' && request.target.stage === stage;
  return {
    requestId,
    ...request,
    ...(stage === undefined || isThere ? {} : { fromStage: stage }),
  };
}

/** Returns the known values of a comment. */
export function ofComment(commentId: string, known: Known): Omit<Described, 'type'> {
  const version = known.comments.get(commentId);
  return { commentId, ...(version === undefined ? {} : { version }) };
}
