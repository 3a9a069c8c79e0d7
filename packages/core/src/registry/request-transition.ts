import { TidemarkError } from '../errors.ts';
import { assertAlias } from '../model/names.ts';
import type { Actor, TransitionRequest, TransitionTarget } from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { assertText } from './assert-text.ts';
import { changeModel } from './commit-changes.ts';
import { getTransitionRequest } from './find-request.ts';
import { getVersion } from './find-version.ts';
import { assertCanArchive } from './plan-transition.ts';
import { isSameTarget, targetText } from './transition-rule.ts';

/** What is asked for, by whom. */
export interface RequestTransitionOptions {
  readonly name: string;
  readonly version: number;
  readonly target: TransitionTarget;
  /** Archive the other versions in the stage when the request is granted. Default false. */
  readonly archiveExistingVersions?: boolean;
  readonly comment?: string;
  readonly by: Actor;
}

/**
 * Asks that a version goes into a stage or under an alias. Who asks cannot grant it where a rule wants
 * approvals.
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, INVALID_KEY for a bad alias; INVALID_ARGUMENT when
 * the version is there already, or the same person's request for it is open
 */
export async function requestTransition(
  store: Store,
  options: RequestTransitionOptions,
): Promise<TransitionRequest> {
  const { name, version: number, target, archiveExistingVersions = false, comment, by } = options;
  assertText(comment, 'comment');
  if (target.kind === 'alias') assertAlias(target.alias);
  if (archiveExistingVersions) {
    assertCanArchive(target.kind === 'stage' ? target.stage : 'None');
  }
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
