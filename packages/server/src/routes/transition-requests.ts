import {
  type ApprovalResult,
  approveRequest,
  cancelRequest,
  type DecideRequestOptions,
  getRegisteredModel,
  getVersion,
  type ModelVersion,
  parseModelStage,
  rejectRequest,
  requestTransition,
  type TransitionRequest,
  type TransitionTarget,
} from '@tidemark/core';
import {
  type ActivityMessage,
  type ActivityType,
  type DecisionResponse,
  flagOrFalseField,
  ListTransitionRequestsResponse,
  ModelVersionRequest,
  openStageRequests,
  type ReviewMessageOptions,
  requiredTextField,
  textField,
  toTransitionRequestMessage,
  versionField,
} from '@tidemark/mlflow';
import { z } from 'zod';
import { actorOf } from '../access/access.ts';
import type { ChangeFact } from '../dispatch/change-event.ts';
import { type Call, defineRoute, type Route } from '../dispatch/route.ts';
import { wantsTidemarkFields } from '../wire/tidemark-fields.ts';
import { aboutModel } from './about.ts';
import {
  type DecideRequest,
  decideRequest,
  openRequest,
  stageOf,
  withdrawRequest,
} from './named-request.ts';
import { parseVersion, versionMessage } from './registry-messages.ts';
import { tellChange } from './tell-change.ts';

const PATH = '/mlflow/transition-requests';

/** Databricks's fields, and Tidemark's own `alias` and archiving. */
const createRequest = z
  .object({
    name: requiredTextField,
    version: versionField,
    stage: textField,
    alias: textField,
    comment: textField,
    archive_existing_versions: flagOrFalseField,
  })
  .refine(
    ({ stage, alias }) => (stage === undefined) !== (alias === undefined),
    'give either stage or alias',
  );

/**
 * Routes for transition requests. Databricks has requests for stages, under these names, and MLflow has none.
 * Requests for aliases, and requests that are named by their id, are Tidemark's own.
 */
export const TRANSITION_REQUEST_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: `${PATH}/create`,
    creates: true,
    summary: 'Request a stage or an alias for a version.',
    needs: 'writer',
    about: aboutModel,
    request: createRequest,
    handle: async (message, call) => {
      const { name, comment, archive_existing_versions: archiveExistingVersions } = message;
      const version = parseVersion(message.version);
      const target = targetOf(message);
      const said = comment === undefined ? {} : { comment };
      const by = actorOf(call.caller);
      const asked = { name, version, target, archiveExistingVersions, ...said, by };
      const request = await requestTransition(call.context.store, asked);
      tell(call, 'transition-request-created', { name, version, target, ...said });
      return { request: toTransitionRequestMessage(request, optionsOf(call, name, request)) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/list`,
    summary: 'List the open requests of a version for stages.',
    needs: 'reader',
    about: aboutModel,
    request: ModelVersionRequest,
    response: ListTransitionRequestsResponse,
    handle: async ({ name, version }, call) => {
      const model = await getRegisteredModel(call.context.store, name);
      const open = openStageRequests(getVersion(model, parseVersion(version)));
      return {
        requests: open.map((request) =>
          toTransitionRequestMessage(request, optionsOf(call, name, request)),
        ),
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/approve`,
    summary: 'Approve a request. The last required approval moves the version.',
    needs: 'approver',
    about: aboutModel,
    request: decideRequest,
    handle: (message, call) =>
      decide(message, call, {
        type: 'APPROVED_REQUEST',
        event: 'transition-request-approved',
        decision: (options) =>
          approveRequest(call.context.store, {
            ...options,
            archiveExistingVersions: message.archive_existing_versions,
          }),
      }),
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/reject`,
    summary: 'Reject a request. It stays in the history.',
    needs: 'approver',
    about: aboutModel,
    request: decideRequest,
    handle: (message, call) =>
      decide(message, call, {
        type: 'REJECTED_REQUEST',
        event: 'transition-request-rejected',
        decision: async (options) => ({
          request: await rejectRequest(call.context.store, options),
        }),
      }),
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete`,
    summary: 'Withdraw your own request.',
    needs: 'writer',
    about: aboutModel,
    request: withdrawRequest,
    handle: (message, call) =>
      decide(message, call, {
        type: 'CANCELLED_REQUEST',
        event: 'transition-request-deleted',
        decision: async (options) => ({
          request: await cancelRequest(call.context.store, options),
        }),
      }),
  }),
];

/** The result of a decision. For an approval it is all of `ApprovalResult`. */
type Decided = Pick<ApprovalResult, 'request'> & Partial<ApprovalResult>;

/** Decides on the named request, reports the change, and answers in Databricks's form. */
async function decide(
  message: DecideRequest,
  call: Call,
  how: {
    readonly type: ActivityType;
    readonly event: RequestEvent;
    readonly decision: (options: DecideRequestOptions) => Promise<Decided>;
  },
): Promise<{ activity: ActivityMessage } & Partial<DecisionResponse>> {
  const { name, comment } = message;
  const { version, request } = await openRequest(message, call.context);
  const said = comment === undefined ? {} : { comment };
  const by = actorOf(call.caller);
  const made = await how.decision({ name, requestId: request.requestId, ...said, by });
  const { target } = request;
  tell(call, how.event, { name, version: version.version, target, ...said });
  if (made.granted === true) tellOfGrant(call, message, version, target);
  return {
    activity: activityOf(how.type, call, version, request, comment),
    ...(wantsTidemarkFields(call.request) ? { tidemark: decisionFields(name, made, call) } : {}),
  };
}

function decisionFields(
  name: string,
  { request, version, granted, missing = [] }: Decided,
  call: Call,
): DecisionResponse['tidemark'] {
  return {
    request,
    missing,
    ...(granted === undefined ? {} : { granted }),
    ...(version === undefined
      ? {}
      : { model_version: versionMessage(name, version, call.request) }),
  };
}

function targetOf({ stage = '', alias }: z.output<typeof createRequest>): TransitionTarget {
  return alias === undefined
    ? { kind: 'stage', stage: parseModelStage(stage) }
    : { kind: 'alias', alias };
}

function optionsOf(
  { caller, request: asked }: Call,
  name: string,
  request: TransitionRequest,
): ReviewMessageOptions {
  const mayDecide = caller.may('approver', aboutModel({ name }));
  const isOwn = request.by.name === actorOf(caller).name;
  return {
    actions: [
      ...(mayDecide ? ['APPROVE_TRANSITION_REQUEST', 'REJECT_TRANSITION_REQUEST'] : []),
      ...(isOwn ? ['CANCEL_TRANSITION_REQUEST'] : []),
    ],
    tidemarkFields: wantsTidemarkFields(asked),
  };
}

function activityOf(
  type: ActivityType,
  { caller }: Call,
  version: ModelVersion,
  request: TransitionRequest,
  comment: string | undefined,
): ActivityMessage {
  const now = Date.now();
  return {
    id: request.requestId,
    creation_timestamp: now,
    last_updated_timestamp: now,
    user_id: actorOf(caller).name,
    activity_type: type,
    ...(comment === undefined ? {} : { comment }),
    from_stage: version.stage,
    ...(request.target.kind === 'stage' ? { to_stage: request.target.stage } : {}),
  };
}

type RequestEvent = Extract<ChangeFact, { readonly toStage: string }>['kind'] &
  `transition-request-${string}`;

/** Reports a change of a request for a stage. Webhooks have no events for requests for an alias. */
function tell(
  call: Call,
  kind: RequestEvent,
  about: { name: string; version: number; target: TransitionTarget; comment?: string },
): void {
  const { name, target, ...rest } = about;
  const toStage = stageOf(target);
  if (toStage !== undefined) tellChange(call, { kind, modelName: name, toStage, ...rest });
}

/** Reports the new stage or alias of a version. */
function tellOfGrant(
  call: Call,
  { name, comment }: DecideRequest,
  { version, stage: fromStage }: ModelVersion,
  target: TransitionTarget,
): void {
  const about = { modelName: name, version };
  if (target.kind === 'alias') {
    tellChange(call, { kind: 'model-version-alias-created', alias: target.alias, ...about });
    return;
  }
  const said = comment === undefined ? {} : { comment };
  const kind = 'model-version-stage-changed';
  tellChange(call, { kind, fromStage, toStage: target.stage, ...said, ...about });
}
