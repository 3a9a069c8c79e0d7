import type { FastifyInstance } from 'fastify';
import { type AppOptions, buildApp } from './app.ts';

/** How a server listens. */
export interface ListenOptions {
  /** Default `127.0.0.1`: only this machine. */
  readonly host?: string;
  /** Default 5000; 0 takes a free one. */
  readonly port?: number;
}

/** A server over a store. It does not own the store: whoever opened that closes it, after the server. */
export interface TidemarkServer {
  /** The HTTP framework's application, to inject requests without a port. */
  readonly app: FastifyInstance;
  /** Begins to listen: the address to give to clients, such as `http://127.0.0.1:5000`. */
  listen(options?: ListenOptions): Promise<string>;
  /** Takes no more requests, finishes those that were accepted, and closes. */
  close(): Promise<void>;
}

/** Makes a server that speaks MLflow's REST API over a store. */
export async function createServer(options: AppOptions): Promise<TidemarkServer> {
  const app = buildApp(options);
  await app.ready();
  return {
    app,
    listen: ({ host = '127.0.0.1', port = 5000 } = {}) => app.listen({ host, port }),
    close: () => app.close(),
  };
}
