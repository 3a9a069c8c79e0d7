import { targetText } from '../chain/transition-rule.ts';
import { TidemarkError } from '../errors.ts';
import { assertArguments } from '../model/plain-input.ts';
import type {
  ModelVersion,
  RegisteredModel,
  TransitionRequest,
} from '../model/registered-model.ts';

/** A transition request with its version. */
export interface FoundRequest {
  readonly version: ModelVersion;
  readonly request: TransitionRequest;
}

/** Returns the requests of a model, or those of one version, oldest first for each version. */
export function transitionRequests(model: RegisteredModel, version?: number): FoundRequest[] {
  assertArguments({ model, version }, 'transitionRequests', {
    model: 'model',
    version: 'number?',
  });
  return model.versions
    .filter((candidate) => version === undefined || candidate.version === version)
    .flatMap((candidate) => candidate.requests.map((request) => ({ version: candidate, request })));
}

/** Returns a transition request by its id. @throws TRANSITION_REQUEST_NOT_FOUND */ export function getTransitionRequest(
  model: RegisteredModel,
  requestId: string,
): FoundRequest {
  assertArguments({ model, requestId }, 'getTransitionRequest', {
    model: 'model',
    requestId: 'string',
  });
  const found = transitionRequests(model).find(({ request }) => request.requestId === requestId);
  if (found !== undefined) return found;
  throw new TidemarkError(
    'TRANSITION_REQUEST_NOT_FOUND',
    `The registered model ${JSON.stringify(model.name)} has no transition request ${JSON.stringify(requestId)}. List them with: tidemark models show`,
    { details: { model: model.name, requestId } },
  );
}

/**
 * Returns an open transition request. @throws TRANSITION_REQUEST_NOT_FOUND; TRANSITION_REQUEST_CLOSED, whose message
 * says who closed it and how
 */
export function getOpenRequest(model: RegisteredModel, requestId: string): FoundRequest {
  assertArguments({ model, requestId }, 'getOpenRequest', { model: 'model', requestId: 'string' });
  const found = getTransitionRequest(model, requestId);
  const { request, version } = found;
  if (request.closed === undefined) return found;
  const { outcome, by } = request.closed;
  throw new TidemarkError(
    'TRANSITION_REQUEST_CLOSED',
    `The request to bring version ${version.version} of ${JSON.stringify(model.name)} to ${targetText(request.target)} was ${outcome} by ${by.name}. If you still want it, make a new request.`,
    { details: { model: model.name, requestId, outcome, by: by.name } },
  );
}
