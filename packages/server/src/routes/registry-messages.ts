import { latestVersions, type ModelVersion, type RegisteredModel } from '@tidemark/core';
import {
  type ModelVersionMessage,
  type RegisteredModelMessage,
  toModelVersionMessage,
  toRegisteredModelMessage,
} from '@tidemark/mlflow';
import type { FastifyRequest } from 'fastify';
import { wantsTidemarkFields } from '../wire/tidemark-fields.ts';
import { invalidParameter } from '../wire/wire-error.ts';

/** Returns the message of a registered model, with its newest version of each stage. */
export function modelMessage(
  model: RegisteredModel,
  request: FastifyRequest,
): RegisteredModelMessage {
  return toRegisteredModelMessage(model, {
    latestVersions: latestVersions(model).map((version) =>
      versionMessage(model.name, version, request),
    ),
    tidemarkFields: wantsTidemarkFields(request),
  });
}

/** Returns the message of a version. It has the aliases in searches too, which MLflow leaves out (mlflow#16734). */
export function versionMessage(
  name: string,
  version: ModelVersion,
  request: FastifyRequest,
): ModelVersionMessage {
  return toModelVersionMessage(version, { name, tidemarkFields: wantsTidemarkFields(request) });
}

/** Parses the number of a version. @throws WireError when it is not an integer */
export function parseVersion(text: string): number {
  const version = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(version)) return version;
  throw invalidParameter(`Parameter 'version' must be an integer, got '${text}'.`);
}
