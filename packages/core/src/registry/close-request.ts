import { TidemarkError } from '../errors.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { TransitionRequest } from '../model/registered-model.ts';
import type { DecideRequestOptions } from '../port/review-options.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { changeModel } from './commit-changes.ts';
import { getOpenRequest, getTransitionRequest } from './find-request.ts';
import { isSamePerson } from './same-person.ts';

/**
 * Rejects a transition request. It stays in the history.
 *
 * @example
 * ```ts
 * import { rejectRequest } from '@tidemark/core';
 *
 * const by = { name: 'bo', authenticated: false };
 * await rejectRequest(store, { name: 'iris', requestId, by, comment: 'The evaluation is missing.' });
 * ```
 *
 * @throws MODEL_NOT_FOUND, TRANSITION_REQUEST_NOT_FOUND; TRANSITION_REQUEST_CLOSED if it is closed already
 */
export async function rejectRequest(
  store: Store,
  options: DecideRequestOptions,
): Promise<TransitionRequest> {
  assertArguments({ store }, 'rejectRequest', { store: 'store' });
  assertOptions(options, 'rejectRequest', {
    name: 'string',
    requestId: 'string',
    comment: 'string?',
    by: 'actor',
  });
  return closeRequest(store, options, 'rejected');
}

/**
 * Cancels your own transition request. @throws MODEL_NOT_FOUND, TRANSITION_REQUEST_NOT_FOUND;
 * TRANSITION_REQUEST_CLOSED if it is closed already; TRANSITION_REFUSED for a request of another user
 */
export async function cancelRequest(
  store: Store,
  options: DecideRequestOptions,
): Promise<TransitionRequest> {
  assertArguments({ store }, 'cancelRequest', { store: 'store' });
  assertOptions(options, 'cancelRequest', {
    name: 'string',
    requestId: 'string',
    comment: 'string?',
    by: 'actor',
  });
  return closeRequest(store, options, 'cancelled');
}

async function closeRequest(
  store: Store,
  options: DecideRequestOptions,
  outcome: 'rejected' | 'cancelled',
): Promise<TransitionRequest> {
  const { name, requestId, comment, by } = options;
  assertText(comment, 'comment');
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) {
    return outcome === 'rejected' ? reviews.rejectRequest(options) : reviews.cancelRequest(options);
  }
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
