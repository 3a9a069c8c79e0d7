import type { Actor } from '../model/registered-model.ts';
import type { ChangeKind, ModelChangeKind } from './change-kind.ts';
import { type AliasDeleted, aliasDeleted } from './changes/alias-deleted.ts';
import { type AliasSet, aliasSet } from './changes/alias-set.ts';
import { type CommentCreated, commentCreated } from './changes/comment-created.ts';
import { type CommentDeleted, commentDeleted } from './changes/comment-deleted.ts';
import { type CommentUpdated, commentUpdated } from './changes/comment-updated.ts';
import { type ModelArrived, modelArrived } from './changes/model-arrived.ts';
import { type ModelCreated, modelCreated } from './changes/model-created.ts';
import { type ModelDeleted, modelDeleted } from './changes/model-deleted.ts';
import { type ModelRenamed, modelRenamed } from './changes/model-renamed.ts';
import { type ModelTagDeleted, modelTagDeleted } from './changes/model-tag-deleted.ts';
import { type ModelTagSet, modelTagSet } from './changes/model-tag-set.ts';
import { type ModelUpdated, modelUpdated } from './changes/model-updated.ts';
import { type RequestApproved, requestApproved } from './changes/request-approved.ts';
import { type RequestClosed, requestClosed } from './changes/request-closed.ts';
import { type RequestCreated, requestCreated } from './changes/request-created.ts';
import { type RulesSet, rulesSet } from './changes/rules-set.ts';
import { type StageSet, stageSet } from './changes/stage-set.ts';
import { type VersionCreated, versionCreated } from './changes/version-created.ts';
import { type VersionDeleted, versionDeleted } from './changes/version-deleted.ts';
import { type VersionStatusSet, versionStatusSet } from './changes/version-status-set.ts';
import { type VersionTagDeleted, versionTagDeleted } from './changes/version-tag-deleted.ts';
import { type VersionTagSet, versionTagSet } from './changes/version-tag-set.ts';
import { type VersionUpdated, versionUpdated } from './changes/version-updated.ts';

/**
 * One change in a commit of a registered model's chain. Author and time belong to the commit. The changes of a commit
 * are applied in order; together they are the model's audit trail. A reader refuses a kind that it does not know:
 * unlike an event of a run, a decision must not be skipped.
 */
export type RegistryChange = PlainChange | BroughtIn;

/** A change that the author of the commit made at its time. */
export type PlainChange = ChainChange | ModelChange;

/** A change that creates or ends the model of a chain. `chain-fold.ts` applies it. */
export type ChainChange = ModelCreated | ModelDeleted | ModelRenamed | ModelArrived;

/** A change of an existing model, which neither creates nor ends it. */
export type ModelChange =
  | ModelUpdated
  | ModelTagSet
  | ModelTagDeleted
  | RulesSet
  | VersionCreated
  | VersionUpdated
  | VersionStatusSet
  | VersionDeleted
  | VersionTagSet
  | VersionTagDeleted
  | AliasSet
  | AliasDeleted
  | StageSet
  | RequestCreated
  | RequestApproved
  | RequestClosed
  | CommentCreated
  | CommentUpdated
  | CommentDeleted;

/**
 * Changes that were made in another store, with their authors and times. A copy or an import is one commit, and keeps
 * the authors and times of what it copies.
 */
export interface BroughtIn {
  readonly kind: 'brought-in';
  readonly by: Actor;
  readonly atMs: number;
  readonly changes: readonly PlainChange[];
}

/** The changes of one kind. */
type OfKind<Kind extends PlainChange['kind']> = Extract<PlainChange, { kind: Kind }>;

const CHAIN_CHANGES: { readonly [Kind in ChainChange['kind']]: ChangeKind<OfKind<Kind>> } = {
  'model-created': modelCreated,
  'model-deleted': modelDeleted,
  'model-renamed': modelRenamed,
  'model-arrived': modelArrived,
};

const MODEL_CHANGES: { readonly [Kind in ModelChange['kind']]: ModelChangeKind<OfKind<Kind>> } = {
  'model-updated': modelUpdated,
  'model-tag-set': modelTagSet,
  'model-tag-deleted': modelTagDeleted,
  'rules-set': rulesSet,
  'version-created': versionCreated,
  'version-updated': versionUpdated,
  'version-status-set': versionStatusSet,
  'version-deleted': versionDeleted,
  'version-tag-set': versionTagSet,
  'version-tag-deleted': versionTagDeleted,
  'alias-set': aliasSet,
  'alias-deleted': aliasDeleted,
  'stage-set': stageSet,
  'request-created': requestCreated,
  'request-approved': requestApproved,
  'request-closed': requestClosed,
  'comment-created': commentCreated,
  'comment-updated': commentUpdated,
  'comment-deleted': commentDeleted,
};

/** Every kind of change except `brought-in`. */
export const CHANGE_KINDS: { readonly [Kind in PlainChange['kind']]: ChangeKind<OfKind<Kind>> } = {
  ...CHAIN_CHANGES,
  ...MODEL_CHANGES,
};

/** Returns the kind of a change. */
export function changeKind(change: PlainChange): ChangeKind<PlainChange> {
  return CHANGE_KINDS[change.kind];
}

/** Returns the kind of a change of an existing model. */
export function modelChangeKind(change: ModelChange): ModelChangeKind<ModelChange> {
  return MODEL_CHANGES[change.kind];
}
