import { z } from 'zod';
import { ofComment } from '../activity.ts';
import { changeComments } from '../alter-model.ts';
import { id } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A comment is deleted. */
export interface CommentDeleted {
  readonly kind: 'comment-deleted';
  readonly comment: string;
}

export const commentDeleted: ModelChangeKind<CommentDeleted> = {
  schema: z.object({ kind: z.literal('comment-deleted'), comment: id }),
  join: (model, change, stamp) =>
    changeComments(model, change.comment, stamp, (comments) =>
      comments.filter(({ commentId }) => commentId !== change.comment),
    ),
  describe: (change, known) => ({ type: 'DELETED_COMMENT', ...ofComment(change.comment, known) }),
};
