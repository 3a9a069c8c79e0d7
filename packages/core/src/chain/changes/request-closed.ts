import { z } from 'zod';
import type { TransitionOutcome } from '../../model/registered-model.ts';
import { ofRequest, withComment } from '../activity.ts';
import { changeRequest } from '../alter-model.ts';
import { comment, id, outcome } from '../change-fields.ts';
import type { ModelChangeKind } from '../change-kind.ts';

/** A request is closed. */
export interface RequestClosed {
  readonly kind: 'request-closed';
  readonly request: string;
  readonly outcome: TransitionOutcome;
  readonly comment?: string;
}

const TYPES = {
  approved: 'GRANTED_REQUEST',
  rejected: 'REJECTED_REQUEST',
  cancelled: 'CANCELLED_REQUEST',
  superseded: 'SUPERSEDED_REQUEST',
} as const;

export const requestClosed: ModelChangeKind<RequestClosed> = {
  schema: z.object({ kind: z.literal('request-closed'), request: id, outcome, comment }),
  join: (model, change, stamp) =>
    changeRequest(model, change.request, stamp, (request) => ({
      ...request,
      closed: { outcome: change.outcome, ...stamp, comment: change.comment ?? '' },
    })),
  describe: (change, known) => ({
    type: TYPES[change.outcome],
    ...ofRequest(change.request, known),
    ...withComment(change.comment),
  }),
};
