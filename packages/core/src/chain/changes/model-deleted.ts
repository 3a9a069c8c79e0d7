import { z } from 'zod';
import type { ChangeKind } from '../change-kind.ts';

/** A registered model is deleted. The chain has no model until one is created under its name again. */
export interface ModelDeleted {
  readonly kind: 'model-deleted';
}

export const modelDeleted: ChangeKind<ModelDeleted> = {
  schema: z.object({ kind: z.literal('model-deleted') }),
  describe: () => ({ type: 'DELETED_MODEL' }),
};
