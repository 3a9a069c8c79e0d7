import type { Actor, TransitionRequest } from '../model/registered-model.ts';

/**
 * Whether this person's approval of a request is on record already. Anyone can claim a name, so a claim does not
 * keep the person of that name from approving, authenticated.
 */
export function hasApproved(
  { approvals }: Pick<TransitionRequest, 'approvals'>,
  by: Actor,
): boolean {
  return approvals.some(
    (approval) => approval.by.name === by.name && (approval.by.authenticated || !by.authenticated),
  );
}
