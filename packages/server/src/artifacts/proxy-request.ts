import type { ArtifactContent } from '@tidemark/core';
import type { FastifyRequest } from 'fastify';
import { type AccessTarget, UNSEEN_TARGET } from '../access/access.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import type { ArtifactScope } from './artifact-locations.ts';
import { type ProxyPath, resolveProxyPath } from './proxy-path.ts';

/** The experiment that a path of the proxy belongs to; what belongs to no run is unseen. */
export async function aboutProxyPath(path: string, context: ArtifactScope): Promise<AccessTarget> {
  const found = await resolveProxyPath(context.store, context.locations, path);
  if (found === undefined) return UNSEEN_TARGET;
  return { kind: 'experiment', experimentId: found.owner.experimentId };
}

/**
 * The file that a path of the proxy names, there or not.
 * @throws WireError when the path is no run's and no logged model's, or is their root
 */
export async function proxiedFile(path: string, context: ArtifactScope): Promise<ProxyPath> {
  const found = await resolveProxyPath(context.store, context.locations, path);
  if (found === undefined) {
    throw new WireError(
      'RESOURCE_DOES_NOT_EXIST',
      `No such artifact: '${path}'. It is below no run or logged model: paths are <experiment_id>/<run_id>/artifacts/… or <experiment_id>/models/<model_id>/artifacts/….`,
    );
  }
  if (found.path === '') throw invalidParameter('Invalid path');
  return found;
}

/** The bytes of a request, as they come. */
export function requestBytes(request: FastifyRequest): ArtifactContent {
  const { body } = request;
  if (body === undefined || body === null) return new Uint8Array();
  return body as AsyncIterable<Uint8Array>;
}
