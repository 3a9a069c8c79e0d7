import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TidemarkError } from '@tidemark/core';
import { LAYOUT } from '@tidemark/core/node';
import { createOperatedServer, parseTrustedProxies } from '@tidemark/server';
import { readPage } from '@tidemark/ui';
import { openForCommand } from '../../open.ts';
import type { Terminal } from '../../terminal.ts';
import type { ServerProcess } from './server-process.ts';
import { SqlProcesses } from './sql/sql-processes.ts';

/** Options of `tidemark server`. */
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
  /** Seconds that active requests have after the server starts to close. */
  readonly grace: number;
  readonly trustProxy?: string;
  /** Whether callers may ask SQL. */
  readonly sql: boolean;
  /** Seconds for one query. */
  readonly sqlTime: number;
  /** Megabytes for one query. Default: a quarter of the memory of the machine. */
  readonly sqlMemory?: number;
}

/** The most queries that run at once, each in its own process. */
const SQL_PROCESSES = 2;
const SHARE_OF_MACHINE = 0.25;

/** Time to close after the grace of requests: five seconds for webhooks, and some for the store. */
const CLOSING_MS = 10_000;

/** What a caller of `serve` can change. */
export interface Serving {
  /** The time to close after the grace of requests, in milliseconds. Default 10,000. */
  readonly closingMs?: number;
  /** Called when the server listens, with its address. */
  readonly onListening?: (address: string) => Promise<void>;
}

/**
 * Serves a store until the process is asked to end. Then it finishes the active requests and closes. Whatever still
 * runs `closingMs` after their grace is cut off.
 */
export async function serve(
  options: ServeOptions,
  terminal: Terminal,
  process: ServerProcess,
  { closingMs = CLOSING_MS, onListening }: Serving = {},
): Promise<void> {
  const store = await openForCommand(options.store);
  const folder = store.uri.startsWith('file:') ? fileURLToPath(store.uri) : undefined;
  // Another process cannot see a store in memory.
  const page = readPage();
  const sql = options.sql && store.uri !== 'memory:' ? sqlProcesses(options, process) : undefined;
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
      ...(sql === undefined ? {} : { sql }),
      ...(page === undefined ? {} : { page }),
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
    await onListening?.(address);
    await process.ended;
    process.leaveWithin(options.grace * 1000 + closingMs);
    await server.close();
  } finally {
    await sql?.close();
  }
}

function sqlProcesses(options: ServeOptions, process: ServerProcess): SqlProcesses {
  const { store, sqlTime, sqlMemory = (totalmem() * SHARE_OF_MACHINE) / 2 ** 20 } = options;
  const threads = Math.max(1, Math.floor(availableParallelism() / SQL_PROCESSES));
  const words = ['__sql', '--memory', String(Math.floor(sqlMemory)), '--threads', String(threads)];
  if (store !== undefined) words.push('--store', store);
  return new SqlProcesses({
    start: () => process.startChild(words),
    count: SQL_PROCESSES,
    timeoutMs: sqlTime * 1000,
  });
}

/** Returns an error that says what to do when the server cannot listen. */
function listenProblem(error: unknown, { host, port }: ServeOptions): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const why =
    error.code === 'EADDRINUSE'
      ? 'in use: stop the program that listens there, or give another port with --port'
      : error.code === 'EACCES'
        ? 'reserved for other users: give a port above 1023 with --port'
        : error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
          ? 'not an address of this machine: give another one with --host'
          : undefined;
  if (why === undefined) return error;
  return new TidemarkError('INVALID_ARGUMENT', `The address ${host}:${port} is ${why}.`, {
    cause: error,
  });
}
