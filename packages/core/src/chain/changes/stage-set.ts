import { z } from 'zod';
import type { ModelStage } from '../../model/registered-model.ts';
import { withComment } from '../activity.ts';
import { changeVersion } from '../alter-model.ts';
import { comment, id, stage, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A version moves from one stage to another. */
export interface StageSet {
  readonly kind: 'stage-set';
  readonly version: number;
  readonly from: ModelStage;
  readonly to: ModelStage;
  /**
   * The reason: a user did it directly, a request was approved, or another version enters the stage that this one
   * leaves (later in the same commit).
   */
  readonly cause: 'direct' | 'request' | 'archived';
  /** With the cause `request`: the id of the request. */
  readonly request?: string;
  readonly comment?: string;
}

export const stageSet: ModelChangeKind<StageSet> = {
  schema: z.object({
    kind: z.literal('stage-set'),
    version,
    from: stage,
    to: stage,
    cause: z.enum(['direct', 'request', 'archived']),
    request: id.exactOptional(),
    comment,
  }),
  join: (model, change, stamp) =>
    changeVersion(model, change.version, stamp, (before) => {
      if (before.stage === change.from) return { stage: change.to };
      throw new Error(`version ${change.version} is in ${before.stage}, not in ${change.from}`);
    }),
  describe: (change, { stages }) => {
    stages.set(change.version, change.to);
    return {
      type: change.cause === 'archived' ? 'SYSTEM_TRANSITION' : 'APPLIED_TRANSITION',
      version: change.version,
      fromStage: change.from,
      target: { kind: 'stage', stage: change.to },
      ...(change.request === undefined ? {} : { requestId: change.request }),
      ...withComment(change.comment),
    };
  },
};
