import { z } from 'zod';
import { ofComment } from '../activity.ts';
import { assertFresh, changeVersion } from '../alter-model.ts';
import { id, text, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A user adds a comment to a version. */
export interface CommentCreated {
  readonly kind: 'comment-created';
  readonly comment: string;
  readonly version: number;
  readonly text: string;
}

export const commentCreated: ModelChangeKind<CommentCreated> = {
  schema: z.object({ kind: z.literal('comment-created'), comment: id, version, text }),
  join: (model, change, stamp) => {
    assertFresh(model, change.comment);
    const comment = {
      commentId: change.comment,
      by: stamp.by,
      creationTimeMs: stamp.atMs,
      lastUpdateTimeMs: stamp.atMs,
      text: change.text,
    };
    return changeVersion(model, change.version, stamp, ({ comments }) => ({
      comments: [...comments, comment],
    }));
  },
  describe: (change, known) => {
    known.comments.set(change.comment, change.version);
    return { type: 'NEW_COMMENT', ...ofComment(change.comment, known), comment: change.text };
  },
};
