import { z } from 'zod';
import type { RegisteredModel } from '../../model/registered-model.ts';
import {
  actor,
  id,
  outcome,
  stage,
  status,
  tag,
  text,
  time,
  versionFacts,
} from '../change-fields.ts';
import type { ChangeKind } from '../change-kind.ts';
import { transitionRule, transitionTarget } from '../transition-rule.ts';

/**
 * The first change of a chain that takes over a model from the chain of its old name. It takes effect as soon as the
 * old chain has `model-renamed` directly after `from`. If the old chain has another commit there, it never takes
 * effect.
 */
export interface ModelArrived {
  readonly kind: 'model-arrived';
  readonly from: { readonly name: string; readonly number: number; readonly hash: string };
  /** The model as it was at the old chain's head, so that this chain can be read without the old one. */
  readonly model: RegisteredModel;
  /** The highest version number that the old chain assigned. */
  readonly lastVersion: number;
}

const times = { creationTimeMs: time, lastUpdateTimeMs: time };
const decision = { by: actor, atMs: time, comment: text };

const request = z.object({
  requestId: id,
  target: transitionTarget,
  ...decision,
  archiveExistingVersions: z.boolean(),
  approvals: z.array(z.object(decision)),
  closed: z.object({ outcome, ...decision }).exactOptional(),
});

const arrivedModel = z.object({
  name: text,
  ...times,
  description: text,
  tags: z.array(tag),
  rules: z.array(transitionRule),
  versions: z.array(
    z.object({
      ...versionFacts,
      ...times,
      createdBy: actor,
      stage,
      status,
      tags: z.array(tag),
      aliases: z.array(text),
      requests: z.array(request),
      comments: z.array(z.object({ commentId: id, by: actor, ...times, text })),
    }),
  ),
}) satisfies z.ZodType<RegisteredModel>;

export const modelArrived: ChangeKind<ModelArrived> = {
  schema: z.object({
    kind: z.literal('model-arrived'),
    from: z.object({ name: text, number: z.int().positive(), hash: text }),
    model: arrivedModel,
    lastVersion: z.int().nonnegative(),
  }),
  describe: ({ from, model }, { stages }) => {
    for (const version of model.versions) stages.set(version.version, version.stage);
    return { type: 'RENAMED_MODEL', subject: `from ${from.name}` };
  },
};
