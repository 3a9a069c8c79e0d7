import { z } from 'zod';
import { withoutAlias } from '../alter-model.ts';
import { text } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** An alias is deleted. */
export interface AliasDeleted {
  readonly kind: 'alias-deleted';
  readonly alias: string;
}

export const aliasDeleted: ModelChangeKind<AliasDeleted> = {
  schema: z.object({ kind: z.literal('alias-deleted'), alias: text }),
  join: (model, { alias }) => withoutAlias(model, alias),
  movesNoModel: true,
  describe: ({ alias }) => ({ type: 'DELETED_ALIAS', subject: alias }),
};
