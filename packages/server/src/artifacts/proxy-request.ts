import type { Readable } from 'node:stream';
import type { ArtifactContent } from '@tidemark/core';
import type { FastifyRequest } from 'fastify';
import { type AccessTarget, UNSEEN_TARGET } from '../access/access.ts';
import { invalidParameter, WireError } from '../wire/wire-error.ts';
import type { ArtifactScope } from './artifact-locations.ts';
import { type ProxyPath, resolveProxyPath } from './proxy-path.ts';

/** Returns the experiment of a path of the proxy as a target. A path without an owner is unseen. */
export async function aboutProxyPath(path: string, context: ArtifactScope): Promise<AccessTarget> {
  const found = await resolveProxyPath(context.store, context.locations, path);
  if (found === undefined) return UNSEEN_TARGET;
  return { kind: 'experiment', experimentId: found.owner.experimentId };
}

/**
 * Returns the file that a path of the proxy names. The file need not exist.
 * @throws WireError when the path belongs to no run or logged model, or is the root of one
 */
export async function proxiedFile(path: string, context: ArtifactScope): Promise<ProxyPath> {
  const found = await resolveProxyPath(context.store, context.locations, path);
  if (found === undefined) {
    throw new WireError(
      'RESOURCE_DOES_NOT_EXIST',
      `No such artifact: '${path}'. It does not belong to a run or a logged model. Give a path of the form <experiment_id>/<run_id>/artifacts/… or <experiment_id>/models/<model_id>/artifacts/….`,
    );
  }
  if (found.path === '') throw invalidParameter('Invalid path');
  return found;
}

/** The body of a request, as a stream. */
export function requestBytes(request: FastifyRequest): ArtifactContent {
  const { body } = request;
  if (body === undefined || body === null) return new Uint8Array();
  // A write that fails must not destroy the connection that the answer needs.
  return (body as Readable).iterator({ destroyOnReturn: false });
}
