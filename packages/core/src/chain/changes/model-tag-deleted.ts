import { z } from 'zod';
import { text } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A tag of a model is deleted. */
export interface ModelTagDeleted {
  readonly kind: 'model-tag-deleted';
  readonly key: string;
}

export const modelTagDeleted: ModelChangeKind<ModelTagDeleted> = {
  schema: z.object({ kind: z.literal('model-tag-deleted'), key: text }),
  join: (model, change) => ({ ...model, tags: model.tags.filter(({ key }) => key !== change.key) }),
  movesNoModel: true,
  describe: ({ key }) => ({ type: 'DELETED_TAG', subject: key }),
};
