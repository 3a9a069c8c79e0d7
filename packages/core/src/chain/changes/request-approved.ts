import { z } from 'zod';
import { ofRequest, withComment } from '../activity.ts';
import { changeRequest } from '../alter-model.ts';
import { comment, id } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';
import { hasApproved } from '../has-approved.ts';

/** A reviewer approves a request. */
export interface RequestApproved {
  readonly kind: 'request-approved';
  readonly request: string;
  readonly comment?: string;
}

export const requestApproved: ModelChangeKind<RequestApproved> = {
  schema: z.object({ kind: z.literal('request-approved'), request: id, comment }),
  join: (model, change, stamp) =>
    changeRequest(model, change.request, stamp, (request) => {
      if (hasApproved(request, stamp.by)) {
        throw new Error(`the request ${change.request} is approved twice by one person`);
      }
      const approval = { ...stamp, comment: change.comment ?? '' };
      return { ...request, approvals: [...request.approvals, approval] };
    }),
  describe: (change, known) => ({
    type: 'APPROVED_REQUEST',
    ...ofRequest(change.request, known),
    ...withComment(change.comment),
  }),
};
