import type { FastifyInstance } from 'fastify';
import { PaceWatch } from './slow-clients.ts';

/** Limits of the connections of one server. The app has a separate option for the sizes of bodies. */
export interface ConnectionLimits {
  /** The most open connections. Further ones are closed at once. Default 2000. */
  readonly connections?: number;
  /** The time for all headers of a request, in milliseconds. Default 20,000. Node checks it every 30 s. */
  readonly headersTimeoutMs?: number;
  /** An idle connection is closed after this time, in milliseconds. Default 120,000. */
  readonly idleTimeoutMs?: number;
}

/** How often the pace of a request is checked, in milliseconds. It must be a kilobyte a second. */
const PACE_LOOK_MS = 30_000;
const PACE_LEAST_BYTES = 30_000;

/**
 * Limits what connections use: their number, the time for their headers, their idle time, and the pace of a body.
 * Node's `requestTimeout` stays off, because it would end long uploads.
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
