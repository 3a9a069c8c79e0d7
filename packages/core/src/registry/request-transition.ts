import { isSameTarget, targetText } from '../chain/transition-rule.ts';
import { TidemarkError } from '../errors.ts';
import { assertAlias } from '../model/names.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { TransitionRequest } from '../model/registered-model.ts';
import type { RequestTransitionOptions } from '../port/review-options.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { changeModel } from './commit-changes.ts';
import { getTransitionRequest } from './find-request.ts';
import { getVersion } from './find-version.ts';
import { assertCanArchive } from './plan-transition.ts';

/**
 * Requests that a version gets a stage or an alias. If a rule requires approvals, the requester's own approval does
 * not count.
 *
 * @example
 * ```ts
 * import { requestTransition } from '@tidemark/core';
 *
 * const { requestId } = await requestTransition(store, {
 *   name: 'iris',
 *   version: 3,
 *   target: { kind: 'stage', stage: 'Production' },
 *   by: { name: 'ada', authenticated: false },
 * });
 * ```
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, INVALID_KEY for an invalid alias; INVALID_ARGUMENT if the version
 * has the target already, or the same person has an open request for it
 */
export async function requestTransition(
  store: Store,
  options: RequestTransitionOptions,
): Promise<TransitionRequest> {
  assertArguments({ store }, 'requestTransition', { store: 'store' });
  assertOptions(options, 'requestTransition', {
    name: 'string',
    version: 'number',
    target: 'object',
    archiveExistingVersions: 'boolean?',
    comment: 'string?',
    by: 'actor',
  });
  const { name, version: number, target, archiveExistingVersions = false, comment, by } = options;
  assertText(comment, 'comment');
  if (target.kind === 'alias') assertAlias(target.alias);
  if (archiveExistingVersions) {
    assertCanArchive(target.kind === 'stage' ? target.stage : 'None');
  }
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.requestTransition(options);
  const requestId = crypto.randomUUID();
  const { model } = await changeModel(store, name, by, (before) => {
    const version = getVersion(before, number);
    const isThere =
      target.kind === 'stage'
        ? version.stage === target.stage
        : version.aliases.includes(target.alias);
    const isAsked = version.requests.some(
      (request) =>
        request.closed === undefined &&
        request.by.name === by.name &&
        isSameTarget(request.target, target),
    );
    if (isThere || isAsked) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        isThere
          ? `Version ${number} of ${JSON.stringify(name)} is ${targetText(target)} already.`
          : `${by.name} has asked for version ${number} of ${JSON.stringify(name)} to go to ${targetText(target)} already. Wait for an answer, or cancel that request first.`,
        { details: { model: name, version: number } },
      );
    }
    return [
      {
        kind: 'request-created',
        request: requestId,
        version: number,
        target,
        ...(archiveExistingVersions ? { archiveExistingVersions } : {}),
        ...(comment === undefined ? {} : { comment }),
      },
    ];
  });
  return getTransitionRequest(model, requestId).request;
}
