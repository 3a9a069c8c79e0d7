import { z } from 'zod';
import type { TransitionTarget } from '../../model/registered-model.ts';
import { ofRequest, withComment } from '../activity.ts';
import { assertFresh, changeVersion } from '../alter-model.ts';
import { comment, id, version } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';
import { transitionTarget } from '../transition-rule.ts';

/** A user requests a transition. */
export interface RequestCreated {
  readonly kind: 'request-created';
  readonly request: string;
  readonly version: number;
  readonly target: TransitionTarget;
  readonly archiveExistingVersions?: boolean;
  readonly comment?: string;
}

export const requestCreated: ModelChangeKind<RequestCreated> = {
  schema: z.object({
    kind: z.literal('request-created'),
    request: id,
    version,
    target: transitionTarget,
    archiveExistingVersions: z.boolean().exactOptional(),
    comment,
  }),
  join: (model, change, stamp) => {
    assertFresh(model, change.request);
    const request = {
      requestId: change.request,
      target: change.target,
      by: stamp.by,
      atMs: stamp.atMs,
      comment: change.comment ?? '',
      archiveExistingVersions: change.archiveExistingVersions ?? false,
      approvals: [],
    };
    return changeVersion(model, change.version, stamp, ({ requests }) => ({
      requests: [...requests, request],
    }));
  },
  describe: (change, known) => {
    const { request, target } = change;
    known.requests.set(request, { version: change.version, target });
    return {
      type: 'REQUESTED_TRANSITION',
      ...ofRequest(request, known),
      ...withComment(change.comment),
    };
  },
};
