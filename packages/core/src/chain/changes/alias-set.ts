import { z } from 'zod';
import { withComment } from '../activity.ts';
import { alterVersion, withoutAlias } from '../alter-model.ts';
import { comment, id, text, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** An alias is set to a version. Another version that had the alias loses it. */
export interface AliasSet {
  readonly kind: 'alias-set';
  readonly alias: string;
  readonly version: number;
  /** The request that this grants. */
  readonly request?: string;
  readonly comment?: string;
}

export const aliasSet: ModelChangeKind<AliasSet> = {
  schema: z.object({
    kind: z.literal('alias-set'),
    alias: text,
    version,
    request: id.exactOptional(),
    comment,
  }),
  join: (model, { alias, ...change }) =>
    alterVersion(withoutAlias(model, alias), change.version, ({ aliases }) => ({
      aliases: [...aliases, alias].sort(),
    })),
  movesNoModel: true,
  describe: ({ alias, ...change }) => ({
    type: 'SET_ALIAS',
    version: change.version,
    target: { kind: 'alias', alias },
    ...(change.request === undefined ? {} : { requestId: change.request }),
    ...withComment(change.comment),
  }),
};
