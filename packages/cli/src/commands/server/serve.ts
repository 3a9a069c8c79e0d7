import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@tidemark/client';
import { TidemarkError } from '@tidemark/core';
import { LAYOUT } from '@tidemark/core/node';
import { createOperatedServer, parseTrustedProxies } from '@tidemark/server';
import type { Terminal } from '../../terminal.ts';
import type { ServerProcess } from './server-process.ts';

/** The options of `tidemark server`. */
export interface ServeOptions {
  readonly store?: string;
  readonly host: string;
  readonly port: number;
  readonly artifactRoot?: string;
  readonly allowArtifactSchemes?: readonly string[];
  readonly maxRequests: number;
  readonly auth?: string;
  readonly insecure?: true;
  readonly allowedHosts?: readonly string[];
  readonly corsAllowedOrigins?: readonly string[];
  readonly allowPrivateWebhooks?: true;
  readonly logLevel: string;
  /** Seconds that requests under way have when the server ends. */
  readonly grace: number;
  readonly trustProxy?: string;
}

/** Beyond the grace of requests: five seconds for webhooks, and the store to be closed. */
const CLOSING_MS = 10_000;

/**
 * Serves a store until the process is asked to end; then finishes what was accepted, and closes. What still runs
 * `closingMs` after the grace of requests is left.
 */
export async function serve(
  options: ServeOptions,
  terminal: Terminal,
  process: ServerProcess,
  closingMs: number = CLOSING_MS,
): Promise<void> {
  const store = await openStore(options.store);
  const folder = store.uri.startsWith('file:') ? fileURLToPath(store.uri) : undefined;
  try {
    const server = await createOperatedServer({
      store,
      insecure: options.insecure === true,
      logLevel: options.logLevel,
      ...(options.trustProxy === undefined
        ? {}
        : { trustProxy: parseTrustedProxies(options.trustProxy) }),
      endGraceMs: options.grace * 1000,
      maxRequests: options.maxRequests,
      ...(options.allowArtifactSchemes === undefined
        ? {}
        : { allowedArtifactSchemes: options.allowArtifactSchemes }),
      allowPrivateWebhooks: options.allowPrivateWebhooks === true,
      ...(options.artifactRoot === undefined ? {} : { artifactRoot: options.artifactRoot }),
      ...(options.auth === undefined ? {} : { authFile: options.auth }),
      ...(options.allowedHosts === undefined ? {} : { allowedHosts: options.allowedHosts }),
      ...(options.corsAllowedOrigins === undefined
        ? {}
        : { allowedOrigins: options.corsAllowedOrigins }),
      ...(process.secretKey === undefined ? {} : { secretKey: process.secretKey }),
      ...(folder === undefined
        ? {}
        : {
            stateFolder: join(folder, LAYOUT.server),
            stagingFolder: join(folder, LAYOUT.partialArtifacts),
          }),
    });
    const address = await server.listen(options).catch((error: unknown) => {
      throw listenProblem(error, options);
    });
    terminal.out(`Tidemark serves ${store.uri} at ${address} (Ctrl+C to stop)\n`);
    await process.ended;
    process.leaveWithin(options.grace * 1000 + closingMs);
    await server.close();
  } finally {
    await store.close();
  }
}

/** Says of a port that is taken what to do. */
function listenProblem(error: unknown, { host, port }: ServeOptions): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const why =
    error.code === 'EADDRINUSE'
      ? 'in use: stop what listens there, or give another with --port'
      : error.code === 'EACCES'
        ? 'not for this user to listen on: give one above 1023 with --port'
        : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
          ? 'not one of this machine: give another with --host'
          : undefined;
  if (why === undefined) return error;
  return new TidemarkError('INVALID_ARGUMENT', `The address ${host}:${port} is ${why}.`, {
    cause: error,
  });
}
