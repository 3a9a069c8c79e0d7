import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerError } from '../wire/answer-error.ts';
import { WireError } from '../wire/wire-error.ts';

/** Default of the most active requests. Twice as many connections are allowed. */
const DEFAULT_MAX_REQUESTS = 1000;

/** After how many seconds a refused client should try again. */
const RETRY_AFTER_SECONDS = 1;

/** Paths for supervisors, which must see that the server is alive. */
const NEVER_REFUSED = new Set(['/health', '/version', '/metrics']);

/**
 * Answers 429 with `Retry-After` to requests beyond `maxRequests` active ones, before anything is read or done for
 * them. MLflow's clients repeat a create only on 408 and 429 (utils/rest_utils.py), and may repeat it after this
 * answer, because nothing was created. Call it before any other hook.
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
    // It also fires when the client disconnects, for which Fastify has no hook.
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    done();
  });
}

function busy(maxRequests: number): WireError {
  return new WireError(
    'REQUEST_LIMIT_EXCEEDED',
    `The server has reached its limit of ${maxRequests} active requests and did nothing for this one. Send it again in ${RETRY_AFTER_SECONDS} s, or start the server with a greater --max-requests.`,
  );
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url;
}
