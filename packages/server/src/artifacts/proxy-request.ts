import type { ArtifactContent } from '@tidemark/core';
import type { FastifyRequest } from 'fastify';
import type { AccessTarget } from '../access.ts';
import { SERVER_TARGET } from '../access.ts';
import type { ServerContext } from '../server-context.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import { type ProxyPath, resolveProxyPath } from './proxy-path.ts';

/** The experiment that a path of the proxy belongs to; what is nobody's is about the server. */
export async function aboutProxyPath(path: string, context: ServerContext): Promise<AccessTarget> {
  const found = await resolveProxyPath(context.store, context.locations, path);
  if (found === undefined) return SERVER_TARGET;
  return { kind: 'experiment', experimentId: found.owner.experimentId };
}

/**
 * The file that a path of the proxy names, there or not.
 * @throws WireError when the path is no run's and no logged model's, or is their root
 */
export async function proxiedFile(path: string, context: ServerContext): Promise<ProxyPath> {
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
