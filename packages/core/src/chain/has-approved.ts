import type { Actor, TransitionRequest } from '../model/registered-model.ts';

/**
 * Whether the request has an approval of this person already. Anyone can claim a name, so a claimed approval does not
 * prevent an authenticated approval under the same name.
 */
export function hasApproved(
  { approvals }: Pick<TransitionRequest, 'approvals'>,
  by: Actor,
): boolean {
  return approvals.some(
    (approval) => approval.by.name === by.name && (approval.by.authenticated || !by.authenticated),
  );
}
