import { hasApproved } from '../chain/has-approved.ts';
import type { RegistryChange } from '../chain/registry-change.ts';
import { targetText } from '../chain/transition-rule.ts';
import { TidemarkError } from '../errors.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, RegisteredModel } from '../model/registered-model.ts';
import type { ApprovalResult, ApproveRequestOptions } from '../port/review-options.ts';
import type { Store } from '../port/store.ts';
import { assertText } from './assert-text.ts';
import { transitionRefused } from './assert-transitions-allowed.ts';
import { changeModel } from './commit-changes.ts';
import { type FoundRequest, getOpenRequest, getTransitionRequest } from './find-request.ts';
import { getRegisteredModel } from './find-version.ts';
import { approvalCounts, approversText, judgeTransition, rulesFor } from './judge-transition.ts';
import { planAlias, planStage } from './plan-transition.ts';
import { recordedDigest } from './recorded-digest.ts';

/**
 * Approves a transition request. With the last approval that the model's rules require, the transition happens in the
 * same commit. Earlier approvals are only recorded.
 *
 * @example
 * ```ts
 * import { approveRequest } from '@tidemark/core';
 *
 * const by = { name: 'bo', authenticated: false };
 * const { granted, missing } = await approveRequest(store, { name: 'iris', requestId, by });
 * ```
 *
 * @throws MODEL_NOT_FOUND, TRANSITION_REQUEST_NOT_FOUND; TRANSITION_REQUEST_CLOSED if another user decided it first;
 * TRANSITION_REFUSED if another condition of a rule does not hold, or this person's approval does not count
 */
export async function approveRequest(
  store: Store,
  options: ApproveRequestOptions,
): Promise<ApprovalResult> {
  assertArguments({ store }, 'approveRequest', { store: 'store' });
  assertOptions(options, 'approveRequest', {
    name: 'string',
    requestId: 'string',
    comment: 'string?',
    by: 'actor',
    archiveExistingVersions: 'boolean?',
  });
  const { name, requestId, comment, by, archiveExistingVersions = false } = options;
  assertText(comment, 'comment');
  const reviews = await store.registry.reviews?.();
  if (reviews !== undefined) return reviews.approveRequest(options);
  const { version: asked } = getTransitionRequest(await getRegisteredModel(store, name), requestId);
  const digestNow = await recordedDigest(store, asked);
  let missing: readonly string[] = [];
  const { model } = await changeModel(store, name, by, (before) => {
    const found = getOpenRequest(before, requestId);
    assertCounts(before, found, by);
    const approval = { by, atMs: Date.now(), comment: comment ?? '' };
    const request = { ...found.request, approvals: [...found.request.approvals, approval] };
    const { version } = found;
    const lacks = judgeTransition(before, { version, target: request.target, request, digestNow });
    missing = lacks.map(({ text }) => text);
    const others = lacks.filter(({ kind }) => kind !== 'approvals');
    if (lacks.length > 0 && others.length === lacks.length) {
      throw transitionRefused(before, version, request.target, others);
    }
    const said = comment === undefined ? {} : { comment };
    const approved: RegistryChange = { kind: 'request-approved', request: requestId, ...said };
    if (lacks.length > 0) return [approved];
    const archive = archiveExistingVersions || found.request.archiveExistingVersions;
    return [approved, ...planGrant(before, found, archive)];
  });
  const { version, request } = getTransitionRequest(model, requestId);
  return { version, request, granted: request.closed?.outcome === 'approved', missing };
}

function planGrant(
  model: RegisteredModel,
  { version, request }: FoundRequest,
  archiveExistingVersions: boolean,
): RegistryChange[] {
  const { requestId, target } = request;
  const cause = { request: requestId };
  return target.kind === 'stage'
    ? planStage(
        model,
        { version: version.version, stage: target.stage, archiveExistingVersions },
        cause,
      )
    : planAlias(model, { version: version.version, alias: target.alias }, cause);
}

function assertCounts(model: RegisteredModel, found: FoundRequest, by: Actor): void {
  const { version, request } = found;
  const rules = rulesFor(model, request.target).filter(({ approvals = 0 }) => approvals > 0);
  const useless = rules.filter((rule) => !approvalCounts(rule, request, version, by));
  const [first] = useless;
  const said = /^[\w.-]+$/.test(model.name) ? model.name : JSON.stringify(model.name);
  const how = `who calls approveRequest or: tidemark models approve ${said} ${version.version}`;
  const problem = hasApproved(request, by)
    ? `${by.name} has approved it already. It needs an approval by another person, ${how}`
    : first !== undefined && useless.length === rules.length
      ? `an approval by ${by.name} does not count. It needs one by ${approversText(first, request, version)}, ${how}`
      : undefined;
  if (problem === undefined) return;
  throw new TidemarkError(
    'TRANSITION_REFUSED',
    `The request to bring version ${version.version} of ${JSON.stringify(model.name)} to ${targetText(request.target)} stays open: ${problem}`,
    { details: { model: model.name, requestId: request.requestId, by: by.name } },
  );
}
