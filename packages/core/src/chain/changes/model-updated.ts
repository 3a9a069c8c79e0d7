import { z } from 'zod';
import { descriptionText } from '../activity.ts';
import { text } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A model gets a new description. */
export interface ModelUpdated {
  readonly kind: 'model-updated';
  readonly description: string;
}

export const modelUpdated: ModelChangeKind<ModelUpdated> = {
  schema: z.object({ kind: z.literal('model-updated'), description: text }),
  join: (model, { description }) => ({ ...model, description }),
  describe: ({ description }) => ({ type: 'UPDATED_MODEL', ...descriptionText(description) }),
};
