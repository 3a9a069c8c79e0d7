import { TidemarkError } from '../errors.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, RegisteredModel, RegistryComment } from '../model/registered-model.ts';
import type {
  CommentOptions,
  CreateCommentOptions,
  UpdateCommentOptions,
} from '../port/review-options.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { changeModel } from './commit-changes.ts';
import { getVersion } from './find-version.ts';
import { isSamePerson } from './same-person.ts';

/** Adds a comment to a version. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, INVALID_ARGUMENT without a text */
export async function createComment(
  store: Store,
  options: CreateCommentOptions,
): Promise<RegistryComment> {
  assertArguments({ store }, 'createComment', { store: 'store' });
  assertOptions(options, 'createComment', {
    name: 'string',
    version: 'number',
    text: 'string',
    by: 'actor',
  });
  const { name, version, text, by } = options;
  assertComment(text);
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.createComment(options);
  const comment = crypto.randomUUID();
  const { model } = await changeModel(store, name, by, (before) => {
    getVersion(before, version);
    return [{ kind: 'comment-created', comment, version, text }];
  });
  return getComment(model, comment);
}

/**
 * Changes the text of your own comment; the history keeps the old text. @throws MODEL_NOT_FOUND, COMMENT_NOT_FOUND,
 * COMMENT_NOT_YOURS, INVALID_ARGUMENT without a text
 */
export async function updateComment(
  store: Store,
  options: UpdateCommentOptions,
): Promise<RegistryComment> {
  assertArguments({ store }, 'updateComment', { store: 'store' });
  assertOptions(options, 'updateComment', {
    name: 'string',
    commentId: 'string',
    by: 'actor',
    text: 'string',
  });
  const { name, commentId, text, by } = options;
  assertComment(text);
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.updateComment(options);
  const { model } = await changeModel(store, name, by, (before) => {
    assertOwn(getComment(before, commentId), by);
    return [{ kind: 'comment-updated', comment: commentId, text }];
  });
  return getComment(model, commentId);
}

/** Deletes your own comment; the history keeps it. @throws MODEL_NOT_FOUND, COMMENT_NOT_FOUND, COMMENT_NOT_YOURS */
export async function deleteComment(store: Store, options: CommentOptions): Promise<void> {
  assertArguments({ store }, 'deleteComment', { store: 'store' });
  assertOptions(options, 'deleteComment', { name: 'string', commentId: 'string', by: 'actor' });
  const { name, commentId, by } = options;
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.deleteComment(options);
  await changeModel(store, name, by, (before) => {
    assertOwn(getComment(before, commentId), by);
    return [{ kind: 'comment-deleted', comment: commentId }];
  });
}

/** Returns a comment of a registered model. @throws COMMENT_NOT_FOUND */ export function getComment(
  model: RegisteredModel,
  commentId: string,
): RegistryComment {
  assertArguments({ model, commentId }, 'getComment', { model: 'model', commentId: 'string' });
  const found = model.versions
    .flatMap(({ comments }) => comments)
    .find((comment) => comment.commentId === commentId);
  if (found !== undefined) return found;
  throw new TidemarkError(
    'COMMENT_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no comment ${JSON.stringify(commentId)}.`,
    { details: { model: model.name, commentId } },
  );
}

function assertComment(text: string): void {
  assertText(text, 'comment');
  if (text.trim() !== '') return;
  throw new TidemarkError('INVALID_ARGUMENT', 'The comment is empty. Give a text.');
}

function assertOwn(comment: RegistryComment, by: Actor): void {
  if (isSamePerson(comment.by, by)) return;
  throw new TidemarkError(
    'COMMENT_NOT_YOURS',
    `${comment.by.name} wrote the comment, and only its author can change or delete it. Write a comment of your own.`,
    { details: { commentId: comment.commentId, author: comment.by.name } },
  );
}
