import type { FastifyInstance } from 'fastify';
import { PaceWatch } from './slow-clients.ts';

/** What one server takes from its clients at most; the sizes of bodies are the app's own option. */
export interface ConnectionLimits {
  /** Connections at one time; more are closed at once. Default 2000. */
  readonly connections?: number;
  /** For all headers of a request to arrive, in milliseconds; default 20,000. Node looks each 30 s. */
  readonly headersTimeoutMs?: number;
  /** A connection on which nothing moves is ended after so many milliseconds; default 120,000. */
  readonly idleTimeoutMs?: number;
}

/** A request still coming in has to bring a kilobyte a second, looked at each half minute. */
const PACE_LOOK_MS = 30_000;
const PACE_LEAST_BYTES = 30_000;

/**
 * Bounds what connections can hold: their number, how long their headers take, how long they do nothing,
 * how slowly a body may come. Node's `requestTimeout` stays off, for it would end long uploads.
 */
export function limitConnections(app: FastifyInstance, limits: ConnectionLimits = {}): void {
  const { connections = 2000, headersTimeoutMs = 20_000, idleTimeoutMs = 120_000 } = limits;
  const { server } = app;
  server.maxConnections = connections;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = 0;
  server.setTimeout(idleTimeoutMs);
  const pace = new PaceWatch(server, PACE_LEAST_BYTES);
  const timer = setInterval(() => pace.look(), PACE_LOOK_MS);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
