import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerError } from '../wire/answer-error.ts';
import { WireError } from '../wire/wire-error.ts';

/** Requests under way at one time by default; as many connections are allowed twice. */
const DEFAULT_MAX_REQUESTS = 1000;

/** How soon a client is asked to come again. */
const RETRY_AFTER_SECONDS = 1;

/** Supervisors ask these, and have to hear that the server is alive. */
const NEVER_REFUSED = new Set(['/health', '/version', '/metrics']);

/**
 * Answers 429 with `Retry-After` to requests beyond `maxRequests` under way, before anything is read or
 * done for them. MLflow's clients repeat a create on 408 and 429 alone (utils/rest_utils.py), and may repeat
 * it after this answer, for nothing was made. To be called before any other hook.
 */
export function shedLoad(app: FastifyInstance, maxRequests: number = DEFAULT_MAX_REQUESTS): void {
  let underWay = 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (underWay >= maxRequests && !NEVER_REFUSED.has(pathOf(request))) {
      reply.header('Retry-After', String(RETRY_AFTER_SECONDS));
      answerError(busy(maxRequests), request, reply);
      return;
    }
    underWay += 1;
    // Also when the client went away, which no hook of Fastify tells.
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    done();
  });
}

function busy(maxRequests: number): WireError {
  return new WireError(
    'REQUEST_LIMIT_EXCEEDED',
    `The server answers ${maxRequests} requests already, its limit. Nothing was done for this one: send it again in ${RETRY_AFTER_SECONDS} s, or start the server with a greater --max-requests.`,
  );
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}
