import { isTidemarkError } from '@tidemark/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const waits = new WeakMap<FastifyRequest, number>();

/** Remembers how long the client of a refused login should wait. */
export function rememberWait(request: FastifyRequest, error: unknown): void {
  if (!isTidemarkError(error, 'TOO_MANY_ATTEMPTS')) return;
  const { retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds === 'number') waits.set(request, retryAfterSeconds);
}

/** Adds `Retry-After` to the answer of a refused login. MLflow's clients wait that long. */
export function sayWhenToRetry(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const seconds = waits.get(request);
    if (seconds !== undefined) reply.header('Retry-After', String(seconds));
    done();
  });
}
