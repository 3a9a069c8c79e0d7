import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from '../wire/answer-error.ts';
import { HTML_TYPE, METHOD_NOT_ALLOWED_PAGE, NOT_FOUND_PAGE } from '../wire/html-pages.ts';
import { WireError } from '../wire/wire-error.ts';
import { pathIsServed } from './path-is-served.ts';
import type { Route } from './route.ts';
import { unsupportedArea } from './unsupported-area.ts';

/**
 * Answers a request that no route serves: a part of MLflow that Tidemark leaves out, a wrong method, or an unknown
 * path.
 */
export function answerUnserved(
  routes: readonly Route[],
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const isServed = pathIsServed(routes, request.url);
  const area = isServed ? undefined : unsupportedArea(request.url);
  if (area?.kind === 'not-implemented') {
    const message = `Tidemark does not have ${area.area}: it tracks experiments and models. It does not serve this endpoint of MLflow.`;
    answerError(new WireError('NOT_IMPLEMENTED', message), request, reply);
    return;
  }
  if (area?.kind === 'absent') {
    answerError(new WireError('ENDPOINT_NOT_FOUND', 'Workspaces are not served.'), request, reply);
    return;
  }
  reply
    .code(isServed ? 405 : 404)
    .header('content-type', HTML_TYPE)
    .send(isServed ? METHOD_NOT_ALLOWED_PAGE : NOT_FOUND_PAGE);
}
