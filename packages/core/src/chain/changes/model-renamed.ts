import { z } from 'zod';
import { text } from '../change-fields.ts';
import type { ChangeKind } from '../change-kind.ts';

/** A registered model is renamed. It continues in the chain of its new name. */
export interface ModelRenamed {
  readonly kind: 'model-renamed';
  readonly to: string;
}

export const modelRenamed: ChangeKind<ModelRenamed> = {
  schema: z.object({ kind: z.literal('model-renamed'), to: text }),
  describe: ({ to }) => ({ type: 'RENAMED_MODEL', subject: `to ${to}` }),
};
