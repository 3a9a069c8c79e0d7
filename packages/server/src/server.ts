import { assertArguments } from '@tidemark/core';
import type { FastifyInstance } from 'fastify';
import { type AppOptions, buildApp } from './app.ts';
import { addressesOf, Listeners } from './listeners.ts';

/** How a server listens. */
export interface ListenOptions {
  /** Default `127.0.0.1`: only this machine. `localhost` is that and, where there is IPv6, `::1` too. */
  readonly host?: string;
  /** Default 5000; 0 takes a free one. */
  readonly port?: number;
}

/** A server over a store. It does not own the store: its caller closes the store, after the server. */
export interface TidemarkServer {
  /** The HTTP framework's application, to inject requests without a port. */
  readonly app: FastifyInstance;
  /** Begins to listen: the address to give to clients, such as `http://127.0.0.1:5000`. */
  listen(options?: ListenOptions): Promise<string>;
  /**
   * Takes no more requests, finishes those that were accepted, and closes. What takes longer than
   * `endGraceMs` is cut off and logged.
   */
  close(): Promise<void>;
}

/** Makes a server that speaks MLflow's REST API over a store. */
export async function createServer(options: AppOptions): Promise<TidemarkServer> {
  assertArguments({ options }, 'createServer', { options: 'record' });
  const app = buildApp(options);
  const listeners = new Listeners(app);
  await app.ready();
  return {
    app,
    listen: async ({ host = '127.0.0.1', port = 5000 } = {}) =>
      listeners.listen(await addressesOf(host), port),
    close: () => app.close(),
  };
}
