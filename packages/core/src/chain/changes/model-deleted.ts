import { z } from 'zod';
import type { ChangeKind } from '../change-kind.ts';

/** Ends the chain, until a model of the name is created again. */
export interface ModelDeleted {
  readonly kind: 'model-deleted';
}

export const modelDeleted: ChangeKind<ModelDeleted> = {
  schema: z.object({ kind: z.literal('model-deleted') }),
  describe: () => ({ type: 'DELETED_MODEL' }),
};
