import { TidemarkError } from '../errors.ts';
import type {
  Actor,
  ModelVersion,
  RegisteredModel,
  TransitionRequest,
} from '../model/registered-model.ts';
import type { Store } from '../store/store.ts';
import { assertText } from './assert-text.ts';
import { transitionRefused } from './assert-transitions-allowed.ts';
import { changeModel } from './commit-changes.ts';
import { type FoundRequest, getOpenRequest, getTransitionRequest } from './find-request.ts';
import { getRegisteredModel } from './find-version.ts';
import { approvalCounts, approversText, judgeTransition, rulesFor } from './judge-transition.ts';
import { planAlias, planStage } from './plan-transition.ts';
import { recordedDigest } from './recorded-digest.ts';
import type { RegistryChange } from './registry-change.ts';
import { targetText } from './transition-rule.ts';

/** Which request is approved, by whom. */
export interface DecideRequestOptions {
  readonly name: string;
  readonly requestId: string;
  readonly comment?: string;
  readonly by: Actor;
}

/** An approval, and what is to happen with it. */
export interface ApproveRequestOptions extends DecideRequestOptions {
  /**
   * Whether the versions that are in the stage go to Archived when this approval brings the version there.
   * Default: as the request has it, which counts in any case.
   */
  readonly archiveExistingVersions?: boolean;
}

/** What an approval came to. */
export interface ApprovalResult {
  readonly version: ModelVersion;
  readonly request: TransitionRequest;
  /** Whether the version went there; otherwise `missing` approvals are awaited. */
  readonly granted: boolean;
  readonly missing: readonly string[];
}

/**
 * Approves a transition request. With the last approval that the model's rules want, the transition
 * happens in the same commit; before it, the approval is noted.
 * @throws MODEL_NOT_FOUND, TRANSITION_REQUEST_NOT_FOUND; TRANSITION_REQUEST_CLOSED when somebody else
 * decided it first; TRANSITION_REFUSED when something else than approvals is missing, or this person's
 * approval does not count
 */
export async function approveRequest(
  store: Store,
  options: ApproveRequestOptions,
): Promise<ApprovalResult> {
  const { name, requestId, comment, by, archiveExistingVersions = false } = options;
  assertText(comment, 'comment');
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
  const hasApproved = request.approvals.some((approval) => approval.by.name === by.name);
  const useless = rules.filter((rule) => !approvalCounts(rule, request, version, by));
  const [first] = useless;
  const problem = hasApproved
    ? `${by.name} has approved it already`
    : first !== undefined && useless.length === rules.length
      ? `an approval by ${by.name} does not count; it needs one by ${approversText(first, request, version)}`
      : undefined;
  if (problem === undefined) return;
  throw new TidemarkError(
    'TRANSITION_REFUSED',
    `The request to bring version ${version.version} of ${JSON.stringify(model.name)} to ${targetText(request.target)} stays open: ${problem}.`,
    { details: { model: model.name, requestId: request.requestId, by: by.name } },
  );
}
