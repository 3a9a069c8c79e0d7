import { z } from 'zod';
import { ofComment } from '../activity.ts';
import { changeComments } from '../alter-model.ts';
import { id, text } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A comment gets a new text. */
export interface CommentUpdated {
  readonly kind: 'comment-updated';
  readonly comment: string;
  readonly text: string;
}

export const commentUpdated: ModelChangeKind<CommentUpdated> = {
  schema: z.object({ kind: z.literal('comment-updated'), comment: id, text }),
  join: (model, change, stamp) =>
    changeComments(model, change.comment, stamp, (comments) =>
      comments.map((comment) =>
        comment.commentId === change.comment
          ? { ...comment, text: change.text, lastUpdateTimeMs: stamp.atMs }
          : comment,
      ),
    ),
  describe: (change, known) => ({
    type: 'EDITED_COMMENT',
    ...ofComment(change.comment, known),
    comment: change.text,
  }),
};
