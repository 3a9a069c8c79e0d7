import { TidemarkError } from '../errors.ts';
import type { TransitionRequest } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import type { DecideRequestOptions } from './approve-request.ts';
import { assertText } from './assert-text.ts';
import { changeModel } from './commit-changes.ts';
import { getOpenRequest, getTransitionRequest } from './find-request.ts';
import { isSamePerson } from './same-person.ts';

/**
 * Rejects a transition request; it stays in the history.
 * @throws MODEL_NOT_FOUND, TRANSITION_REQUEST_NOT_FOUND; TRANSITION_REQUEST_CLOSED when it was decided already
 */
export function rejectRequest(
  store: Store,
  options: DecideRequestOptions,
): Promise<TransitionRequest> {
  return closeRequest(store, options, 'rejected');
}

/**
 * Takes one's own transition request back.
 * @throws MODEL_NOT_FOUND, TRANSITION_REQUEST_NOT_FOUND; TRANSITION_REQUEST_CLOSED when it was decided
 * already; TRANSITION_REFUSED for a request of somebody else
 */
export function cancelRequest(
  store: Store,
  options: DecideRequestOptions,
): Promise<TransitionRequest> {
  return closeRequest(store, options, 'cancelled');
}

async function closeRequest(
  store: Store,
  { name, requestId, comment, by }: DecideRequestOptions,
  outcome: 'rejected' | 'cancelled',
): Promise<TransitionRequest> {
  assertText(comment, 'comment');
  const { model } = await changeModel(store, name, by, (before) => {
    const { request } = getOpenRequest(before, requestId);
    if (outcome === 'cancelled' && !isSamePerson(request.by, by)) {
      throw new TidemarkError(
        'TRANSITION_REFUSED',
        `Only ${request.by.name}, who made the request, can cancel it. Reject it instead.`,
        { details: { model: name, requestId, by: by.name } },
      );
    }
    const said = comment === undefined ? {} : { comment };
    return [{ kind: 'request-closed', request: requestId, outcome, ...said }];
  });
  return getTransitionRequest(model, requestId).request;
}
