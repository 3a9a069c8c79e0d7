import {
  type FoundRequest,
  getOpenRequest,
  getRegisteredModel,
  getVersion,
  type ModelStage,
  parseModelStage,
  type TransitionTarget,
  targetText,
} from '@tidemark/core';
import {
  flagOrFalseField,
  openStageRequests,
  optionalField,
  requiredTextField,
  textField,
  versionField,
} from '@tidemark/mlflow';
import { z } from 'zod';
import type { ServerContext } from '../dispatch/server-context.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { parseVersion } from './registry-messages.ts';

/**
 * A decision about a transition request. Databricks identifies a request by version and stage (and by `creator` to
 * withdraw it). Tidemark's own client gives only its `id`.
 */
export interface DecideRequest {
  readonly name: string;
  readonly id?: string | undefined;
  readonly version?: string | undefined;
  readonly stage?: string | undefined;
  readonly creator?: string | undefined;
  readonly comment?: string | undefined;
  /** For approvals only. */
  readonly archive_existing_versions: boolean;
}

const decideFields = z.object({
  name: requiredTextField,
  id: textField,
  version: optionalField(versionField),
  stage: textField,
  creator: textField,
  comment: textField,
  archive_existing_versions: flagOrFalseField,
});

/** Schema of an approval or a rejection. */
export const decideRequest: z.ZodType<DecideRequest> = decideFields.refine(
  ({ id, version, stage }) => id !== undefined || (version !== undefined && stage !== undefined),
  'give either id, or version and stage',
);

/** Schema of a withdrawal. */
export const withdrawRequest: z.ZodType<DecideRequest> = decideFields.refine(
  ({ id, version, stage, creator }) =>
    id !== undefined || (version !== undefined && stage !== undefined && creator !== undefined),
  'give either id, or version, stage and creator',
);

/**
 * Returns the request that a message names. An `id` must match the other fields of the message. Without one it is
 * the oldest open request of the version for the stage, or that of `creator`.
 * @throws WireError; TRANSITION_REQUEST_NOT_FOUND, TRANSITION_REQUEST_CLOSED
 */
export async function openRequest(
  message: DecideRequest,
  { store }: ServerContext,
): Promise<FoundRequest> {
  const { name, id, stage = '', creator } = message;
  const model = await getRegisteredModel(store, name);
  if (id !== undefined) {
    const found = getOpenRequest(model, id);
    assertIsNamed(found, message);
    return found;
  }
  const toStage = parseModelStage(stage);
  const version = getVersion(model, parseVersion(message.version ?? ''));
  const request = openStageRequests(version).find(
    (candidate) =>
      stageOf(candidate.target) === toStage &&
      (creator === undefined || candidate.by.name === creator),
  );
  if (request !== undefined) return { version, request };
  throw new WireError(
    'RESOURCE_DOES_NOT_EXIST',
    `Version ${version.version} of ${JSON.stringify(name)} has no open request for ${toStage}${creator === undefined ? '' : ` by ${creator}`}. List the open requests of the version.`,
  );
}

/**
 * Refuses an id that does not match the other fields, because the caller meant another request.
 * @throws WireError
 */
function assertIsNamed(
  { version, request }: FoundRequest,
  { version: number, stage, creator }: DecideRequest,
): void {
  const wrong = [
    number !== undefined && parseVersion(number) !== version.version ? 'version' : undefined,
    stage !== undefined && parseModelStage(stage) !== stageOf(request.target) ? 'stage' : undefined,
    creator !== undefined && creator !== request.by.name ? 'creator' : undefined,
  ].find((field) => field !== undefined);
  if (wrong === undefined) return;
  throw invalidParameter(
    `The request ${request.requestId} does not match this ${wrong}: it asks for version ${version.version} to go to ${targetText(request.target)}. Give only the id, or the values of the request.`,
  );
}

/** Returns the stage of a request, or `undefined` for a request for an alias. */
export function stageOf(target: TransitionTarget): ModelStage | undefined {
  return target.kind === 'stage' ? target.stage : undefined;
}
