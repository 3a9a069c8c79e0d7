import { assertArguments } from '@tidemark/core';
import type { FastifyInstance } from 'fastify';
import { type AppOptions, buildApp } from './app.ts';
import { addressesOf, Listeners } from './listeners.ts';

/** Where a server listens. */
export interface ListenOptions {
  /**
   * Host name or address. Default `127.0.0.1`: only this machine. `localhost` also includes `::1` if the machine
   * has IPv6.
   */
  readonly host?: string;
  /** Port. Default 5000. With 0 the system chooses a free one. */
  readonly port?: number;
}

/** A server over a store. The caller owns the store, and closes it after the server. */
export interface TidemarkServer {
  /** The Fastify application, to inject requests without a port. */
  readonly app: FastifyInstance;
  /** Starts to listen and returns the address for clients, such as `http://127.0.0.1:5000`. */
  listen(options?: ListenOptions): Promise<string>;
  /**
   * Refuses new requests, finishes the active ones, and closes. A request that takes longer than `endGraceMs` is
   * cut off and logged.
   */
  close(): Promise<void>;
}

/**
 * Creates a server that speaks MLflow's REST API over a store. It has no logins and no log unless you pass `access`
 * and `logger`; for a server on a network use `createOperatedServer`.
 * @throws INVALID_ARGUMENT
 *
 * @example
 * ```ts
 * import { openFileStore } from '@tidemark/core/node';
 *
 * const store = openFileStore('mlruns');
 * const server = await createServer({ store });
 * const url = await server.listen({ port: 5000 }); // http://127.0.0.1:5000
 * // at the end
 * await server.close();
 * await store.close();
 * ```
 */
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
