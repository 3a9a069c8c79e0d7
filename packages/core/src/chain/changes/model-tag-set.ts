import { z } from 'zod';
import type { RegistryTag } from '../../model/registered-model.ts';
import { withTag } from '../alter-model.ts';
import { tag } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A tag of a model is set. */
export interface ModelTagSet {
  readonly kind: 'model-tag-set';
  readonly tag: RegistryTag;
}

export const modelTagSet: ModelChangeKind<ModelTagSet> = {
  schema: z.object({ kind: z.literal('model-tag-set'), tag }),
  join: (model, change) => ({ ...model, tags: withTag(model.tags, change.tag) }),
  movesNoModel: true,
  describe: ({ tag: { key, value } }) => ({ type: 'SET_TAG', subject: `${key} = ${value}` }),
};
