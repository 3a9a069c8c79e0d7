import { z } from 'zod';
import { descriptionText } from '../activity.ts';
import { text } from '../change-fields.ts';
import type { ChangeKind } from '../change-kind.ts';

/** A registered model is created. */
export interface ModelCreated {
  readonly kind: 'model-created';
  readonly description: string;
}

export const modelCreated: ChangeKind<ModelCreated> = {
  schema: z.object({ kind: z.literal('model-created'), description: text }),
  describe: ({ description }) => ({ type: 'CREATED_MODEL', ...descriptionText(description) }),
};
