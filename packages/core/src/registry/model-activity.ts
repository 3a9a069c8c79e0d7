import type { Actor, ModelStage, TransitionTarget } from '../model/registered-model.ts';
import type { ChainedCommit, ReplayMark } from '../store/store.ts';
import type { RegistryChange } from './registry-change.ts';
import { targetText } from './transition-rule.ts';

/**
 * What happened. The first seven are Databricks' activity types, with its meaning (Workspace model
 * registry, Activity); the others are ours.
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
  /** Of transitions and requests: the stage that the version was in, and where it went or is to go. */
  readonly fromStage?: ModelStage;
  readonly target?: TransitionTarget;
  readonly requestId?: string;
  readonly commentId?: string;
  readonly comment?: string;
  /** What was changed, for people: a tag's `key = value`, a new name, the number of rules. */
  readonly subject?: string;
  /** Set when a merge made the commit of another store anew. */
  readonly replayed?: ReplayMark;
}

/** The activity of a registered model, one for each change, from its commits in their order. */
export function modelActivity(commits: Iterable<ChainedCommit>): RegistryActivity[] {
  const about: Known = { stages: new Map(), requests: new Map(), comments: new Map() };
  const activity: RegistryActivity[] = [];
  for (const commit of commits) {
    const { by, atMs, model, number, hash, replayed } = commit;
    for (const change of commit.changes) {
      activity.push({
        by,
        atMs,
        model,
        commit: { number, hash },
        ...(replayed === undefined ? {} : { replayed }),
        ...describe(change, about),
      });
    }
  }
  return activity;
}

/** What earlier changes said, which later ones only name. */
interface Known {
  readonly stages: Map<number, ModelStage>;
  readonly requests: Map<string, { version: number; target: TransitionTarget }>;
  readonly comments: Map<string, number>;
}

type Described = Omit<RegistryActivity, 'by' | 'atMs' | 'model' | 'commit' | 'replayed'>;

function describe(change: RegistryChange, known: Known): Described {
  const said = 'comment' in change && change.comment !== undefined ? change.comment : undefined;
  const withComment = said === undefined ? {} : { comment: said };
  switch (change.kind) {
    case 'model-created':
      return { type: 'CREATED_MODEL', ...text(change.description) };
    case 'model-updated':
      return { type: 'UPDATED_MODEL', ...text(change.description) };
    case 'model-tag-set':
      return { type: 'SET_TAG', subject: `${change.tag.key} = ${change.tag.value}` };
    case 'model-tag-deleted':
      return { type: 'DELETED_TAG', subject: change.key };
    case 'rules-set':
      return { type: 'SET_RULES', subject: rulesText(change.rules) };
    case 'model-deleted':
      return { type: 'DELETED_MODEL' };
    case 'model-renamed':
      return { type: 'RENAMED_MODEL', subject: `to ${change.to}` };
    case 'model-arrived':
      for (const version of change.model.versions) {
        known.stages.set(version.version, version.stage);
      }
      return { type: 'RENAMED_MODEL', subject: `from ${change.from.name}` };
    case 'version-created':
      known.stages.set(change.version, 'None');
      return { type: 'CREATED_VERSION', version: change.version, subject: change.source };
    case 'version-updated':
      return { type: 'UPDATED_VERSION', version: change.version, ...text(change.description) };
    case 'version-status-set':
      return { type: 'UPDATED_VERSION', version: change.version, subject: change.status };
    case 'version-deleted':
      return { type: 'DELETED_VERSION', version: change.version };
    case 'version-tag-set': {
      const subject = `${change.tag.key} = ${change.tag.value}`;
      return { type: 'SET_TAG', version: change.version, subject };
    }
    case 'version-tag-deleted':
      return { type: 'DELETED_TAG', version: change.version, subject: change.key };
    case 'alias-set':
      return {
        type: 'SET_ALIAS',
        version: change.version,
        target: { kind: 'alias', alias: change.alias },
        ...(change.request === undefined ? {} : { requestId: change.request }),
        ...withComment,
      };
    case 'alias-deleted':
      return { type: 'DELETED_ALIAS', subject: change.alias };
    case 'stage-set':
      known.stages.set(change.version, change.to);
      return {
        type: change.cause === 'archived' ? 'SYSTEM_TRANSITION' : 'APPLIED_TRANSITION',
        version: change.version,
        fromStage: change.from,
        target: { kind: 'stage', stage: change.to },
        ...(change.request === undefined ? {} : { requestId: change.request }),
        ...withComment,
      };
    case 'request-created': {
      const { version, target, request } = change;
      known.requests.set(request, { version, target });
      return { type: 'REQUESTED_TRANSITION', ...ofRequest(request, known), ...withComment };
    }
    case 'request-approved':
      return { type: 'APPROVED_REQUEST', ...ofRequest(change.request, known), ...withComment };
    case 'request-closed':
      return { type: CLOSED[change.outcome], ...ofRequest(change.request, known), ...withComment };
    case 'comment-created':
      known.comments.set(change.comment, change.version);
      return { type: 'NEW_COMMENT', ...ofComment(change.comment, known), comment: change.text };
    case 'comment-updated':
      return { type: 'EDITED_COMMENT', ...ofComment(change.comment, known), comment: change.text };
    case 'comment-deleted':
      return { type: 'DELETED_COMMENT', ...ofComment(change.comment, known) };
  }
}

const CLOSED = {
  approved: 'GRANTED_REQUEST',
  rejected: 'REJECTED_REQUEST',
  cancelled: 'CANCELLED_REQUEST',
  superseded: 'SUPERSEDED_REQUEST',
} as const;

function ofRequest(requestId: string, known: Known): Omit<Described, 'type'> {
  const request = known.requests.get(requestId);
  const stage = request && known.stages.get(request.version);
  // A request is closed as granted behind the transition: the version is there by then.
  const isThere = request?.target.kind === 'stage' && request.target.stage === stage;
  return {
    requestId,
    ...request,
    ...(stage === undefined || isThere ? {} : { fromStage: stage }),
  };
}

function ofComment(commentId: string, known: Known): Omit<Described, 'type'> {
  const version = known.comments.get(commentId);
  return { commentId, ...(version === undefined ? {} : { version }) };
}

function text(description: string): { subject?: string } {
  return description === '' ? {} : { subject: description };
}

function rulesText(rules: readonly { readonly target: TransitionTarget }[]): string {
  if (rules.length === 0) return 'none';
  return `for ${[...new Set(rules.map(({ target }) => targetText(target)))].join(', ')}`;
}
