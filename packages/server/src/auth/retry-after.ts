import { isTidemarkError } from '@tidemark/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const waits = new WeakMap<FastifyRequest, number>();

/** Remembers of a refused login how long its client is asked to wait. */
export function rememberWait(request: FastifyRequest, error: unknown): void {
  if (!isTidemarkError(error, 'TOO_MANY_ATTEMPTS')) return;
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') waits.set(request, retryAfterSeconds);
}

/** Lets the answer to a refused login say when to come again: MLflow's clients wait as it says. */
export function sayWhenToRetry(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const seconds = waits.get(request);
    if (seconds !== undefined) reply.header('Retry-After', String(seconds));
    done();
  });
}
