import {
  approveRequest,
  cancelRequest,
  getRegisteredModel,
  getVersion,
  type ModelStage,
  type ModelVersion,
  parseModelStage,
  rejectRequest,
  requestTransition,
  type TransitionRequest,
} from '@tidemark/core';
import {
  type ActivityMessage,
  type ActivityType,
  ApproveTransitionRequest,
  DeleteTransitionRequest,
  ListTransitionRequestsResponse,
  ModelVersionRequest,
  openStageRequests,
  TransitionRequestRequest,
  toTransitionRequestMessage,
} from '@tidemark/mlflow';
import { actorOf, type Caller } from '../access.ts';
import type { ChangeFact } from '../change-event.ts';
import { type Call, defineRoute, type Route } from '../route.ts';
import { WireError } from '../wire/wire-error.ts';
import { aboutModel } from './about.ts';
import { parseVersion } from './registry-messages.ts';

const PATH = '/mlflow/transition-requests';

/** Requests that a version goes into a stage: what Databricks has and MLflow lacks, under Databricks's names. */
export const TRANSITION_REQUEST_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: `${PATH}/create`,
    summary: 'Ask that a version goes into a stage.',
    needs: 'writer',
    about: aboutModel,
    request: TransitionRequestRequest,
    handle: async ({ name, version, stage, comment }, call) => {
      const { context, caller } = call;
      const by = actorOf(caller);
      const toStage = parseModelStage(stage);
      const request = await requestTransition(context.store, {
        name,
        version: parseVersion(version),
        target: { kind: 'stage', stage: toStage },
        ...(comment === undefined ? {} : { comment }),
        by,
      });
      tell(call, {
        kind: 'transition-request-created',
        modelName: name,
        version: parseVersion(version),
        toStage,
        ...(comment === undefined ? {} : { comment }),
      });
      return { request: toTransitionRequestMessage(request, actionsOf(caller, name, request)) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${PATH}/list`,
    summary: 'The open requests of a version.',
    needs: 'reader',
    about: aboutModel,
    request: ModelVersionRequest,
    response: ListTransitionRequestsResponse,
    handle: async ({ name, version }, { context, caller }) => {
      const model = await getRegisteredModel(context.store, name);
      const open = openStageRequests(getVersion(model, parseVersion(version)));
      return {
        requests: open.map((request) =>
          toTransitionRequestMessage(request, actionsOf(caller, name, request)),
        ),
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/approve`,
    summary: 'Approve a request; with the last approval that is needed the version moves.',
    needs: 'approver',
    about: aboutModel,
    request: ApproveTransitionRequest,
    handle: async (message, call) => {
      const { name, comment, archive_existing_versions: archiveExistingVersions } = message;
      const { version, request } = await openRequest(message, call);
      const by = actorOf(call.caller);
      const { requestId } = request;
      const said = comment === undefined ? {} : { comment };
      const decision = { name, requestId, ...said, archiveExistingVersions, by };
      const approval = await approveRequest(call.context.store, decision);
      const toStage = stageOf(request);
      const fact = { modelName: name, version: version.version, toStage, ...said };
      tell(call, { kind: 'transition-request-approved', ...fact });
      if (approval.granted) {
        tell(call, { kind: 'model-version-stage-changed', fromStage: version.stage, ...fact });
      }
      return { activity: activityOf('APPROVED_REQUEST', call, version, request, comment) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${PATH}/reject`,
    summary: 'Reject a request; it stays in the history.',
    needs: 'approver',
    about: aboutModel,
    request: TransitionRequestRequest,
    handle: async (message, call) => {
      const { name, comment } = message;
      const { version, request } = await openRequest(message, call);
      const by = actorOf(call.caller);
      const said = comment === undefined ? {} : { comment };
      await rejectRequest(call.context.store, { name, requestId: request.requestId, ...said, by });
      tell(call, {
        kind: 'transition-request-rejected',
        modelName: name,
        version: version.version,
        toStage: stageOf(request),
        ...said,
      });
      return { activity: activityOf('REJECTED_REQUEST', call, version, request, comment) };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: `${PATH}/delete`,
    summary: "Take one's own request back.",
    needs: 'writer',
    about: aboutModel,
    request: DeleteTransitionRequest,
    handle: async (message, call) => {
      const { name, comment, creator } = message;
      const { version, request } = await openRequest(message, call, creator);
      const by = actorOf(call.caller);
      const said = comment === undefined ? {} : { comment };
      await cancelRequest(call.context.store, { name, requestId: request.requestId, ...said, by });
      tell(call, {
        kind: 'transition-request-deleted',
        modelName: name,
        version: version.version,
        toStage: stageOf(request),
        ...said,
      });
      return { activity: activityOf('CANCELLED_REQUEST', call, version, request, comment) };
    },
  }),
];

/** The open request of a version for a stage: the oldest, or that of `creator`. @throws WireError */
async function openRequest(
  message: TransitionRequestRequest,
  { context }: Call,
  creator?: string,
): Promise<{ version: ModelVersion; request: TransitionRequest }> {
  const { name, stage } = message;
  const toStage = parseModelStage(stage);
  const model = await getRegisteredModel(context.store, name);
  const version = getVersion(model, parseVersion(message.version));
  const request = openStageRequests(version).find(
    (candidate) =>
      stageOf(candidate) === toStage && (creator === undefined || candidate.by.name === creator),
  );
  if (request !== undefined) return { version, request };
  throw new WireError(
    'RESOURCE_DOES_NOT_EXIST',
    `Version ${version.version} of ${JSON.stringify(name)} has no open request for ${toStage}${creator === undefined ? '' : ` by ${creator}`}.`,
  );
}

function stageOf({ target }: TransitionRequest): ModelStage {
  return target.kind === 'stage' ? target.stage : 'None';
}

function actionsOf(caller: Caller, name: string, request: TransitionRequest): string[] {
  const mayDecide = caller.may('approver', aboutModel({ name }));
  const isOwn = request.by.name === actorOf(caller).name;
  return [
    ...(mayDecide ? ['APPROVE_TRANSITION_REQUEST', 'REJECT_TRANSITION_REQUEST'] : []),
    ...(isOwn ? ['CANCEL_TRANSITION_REQUEST'] : []),
  ];
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
    to_stage: stageOf(request),
  };
}

function tell({ context, caller }: Call, fact: ChangeFact): void {
  context.changed({ ...fact, by: actorOf(caller), atMs: Date.now() });
}
