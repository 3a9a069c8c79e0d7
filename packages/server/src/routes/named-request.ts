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
 * A decision about a request. Databricks names a request by version and stage (and `creator`, where it is
 * withdrawn); Tidemark's own client by its `id` alone.
 */
export interface DecideRequest {
  readonly name: string;
  readonly id?: string | undefined;
  readonly version?: string | undefined;
  readonly stage?: string | undefined;
  readonly creator?: string | undefined;
  readonly comment?: string | undefined;
  /** Of approvals alone. */
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

/** Reads an approval or a rejection. */
export const decideRequest: z.ZodType<DecideRequest> = decideFields.refine(
  ({ id, version, stage }) => id !== undefined || (version !== undefined && stage !== undefined),
  'give either id, or version and stage',
);

/** Reads a withdrawal. */
export const withdrawRequest: z.ZodType<DecideRequest> = decideFields.refine(
  ({ id, version, stage, creator }) =>
    id !== undefined || (version !== undefined && stage !== undefined && creator !== undefined),
  'give either id, or version, stage and creator',
);

/**
 * The request that is named: by its id, which then has to be of what else is named, else the oldest open one of the
 * version for the stage, or that of `creator`.
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
    `Version ${version.version} of ${JSON.stringify(name)} has no open request for ${toStage}${creator === undefined ? '' : ` by ${creator}`}.`,
  );
}

/** A caller whose id and other fields do not match has looked at another request. @throws WireError */
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
    `The request ${request.requestId} is not of this ${wrong}: it asks for version ${version.version} to go to ${targetText(request.target)}. Give the id alone, or what the request has.`,
  );
}

/** The stage that a request is for; `undefined` for one that is for an alias. */
export function stageOf(target: TransitionTarget): ModelStage | undefined {
  return target.kind === 'stage' ? target.stage : undefined;
}
