import { assertArguments } from '@tidemark/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type DestinationStream, pino } from 'pino';
import type { AppOptions } from './app.ts';
import { fileAccess } from './auth/file-access.ts';
import { sayWhenToRetry } from './auth/retry-after.ts';
import { metricsRoute } from './routes/prometheus.ts';
import { assertNotExposed } from './security/exposure.ts';
import { HttpMetrics } from './security/http-metrics.ts';
import { type ConnectionLimits, limitConnections } from './security/limit-connections.ts';
import {
  guardRequests,
  type RequestGuardOptions,
  setGuardHeaders,
} from './security/request-guard.ts';
import { requestLogOptions } from './security/request-log.ts';
import { shedLoad } from './security/shed-load.ts';
import { createServer, type TidemarkServer } from './server.ts';
import { webhookRoutes } from './webhooks/webhook-routes.ts';
import { Webhooks, type WebhooksOptions } from './webhooks/webhooks.ts';

/** Options of `createOperatedServer`: those of `AppOptions`, and those that a server on a network needs. */
export interface OperatedServerOptions
  extends Pick<
      AppOptions,
      | 'store'
      | 'artifactRoot'
      | 'allowedArtifactSchemes'
      | 'stagingFolder'
      | 'bodyLimitBytes'
      | 'endGraceMs'
      | 'trustProxy'
      | 'sql'
      | 'page'
    >,
    RequestGuardOptions {
  /** The file of users and tokens that `tidemark auth` writes. Without it the server has no logins. */
  readonly authFile?: string;
  /** Whether a server without logins may listen where other machines reach it. Default false. */
  readonly insecure?: boolean;
  /** The server's own folder for webhooks and their secrets; see `WebhooksOptions.folder`. */
  readonly stateFolder?: string;
  /** The key that encrypts secrets of webhooks; see `WebhooksOptions.secretKey`. */
  readonly secretKey?: string;
  readonly allowPrivateWebhooks?: boolean;
  readonly webhooks?: Pick<WebhooksOptions, 'resolver' | 'authorities' | 'limits'>;
  readonly limits?: ConnectionLimits;
  /** The most active requests. Further ones are answered with 429. Default 1000. */
  readonly maxRequests?: number;
  /** pino's level. Default `warn`, which logs refused and failed requests only. */
  readonly logLevel?: string;
  /** Where log lines go. Default: the standard error stream. */
  readonly logTo?: DestinationStream;
}

/**
 * Creates a server for a network. In addition to `createServer` it has logins, guards against foreign pages and
 * slow clients, webhooks, `/metrics`, and a log.
 * @throws AUTH_FILE_INVALID, SECRET_KEY_INVALID; SERVER_EXPOSED from `listen`
 *
 * @example
 * ```ts
 * import { openFileStore } from '@tidemark/core/node';
 *
 * const store = openFileStore('mlruns');
 * const server = await createOperatedServer({ store, authFile: 'users.json', stateFolder: 'mlruns/server' });
 * const url = await server.listen({ host: '0.0.0.0', port: 5000 });
 * // at the end
 * await server.close();
 * await store.close();
 * ```
 */
export async function createOperatedServer(
  options: OperatedServerOptions,
): Promise<TidemarkServer> {
  assertArguments({ options }, 'createOperatedServer', { options: 'record' });
  const { authFile, insecure = false, stateFolder, secretKey } = options;
  const log = pino(
    requestLogOptions(options.logLevel ?? 'warn'),
    options.logTo ?? pino.destination({ dest: 2, sync: false }),
  );
  const webhooks = new Webhooks({
    log,
    allowPrivate: options.allowPrivateWebhooks ?? false,
    ...(stateFolder === undefined ? {} : { folder: stateFolder }),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...options.webhooks,
  });
  const metrics = new HttpMetrics(webhooks.metrics());
  const { allowedArtifactSchemes } = options;
  const { store, artifactRoot, stagingFolder, bodyLimitBytes, endGraceMs, trustProxy } = options;
  const server = await createServer({
    store,
    ...(artifactRoot === undefined ? {} : { artifactRoot }),
    ...(allowedArtifactSchemes === undefined ? {} : { allowedArtifactSchemes }),
    ...(options.allowedHosts === undefined ? {} : { serverHosts: options.allowedHosts }),
    ...(stagingFolder === undefined ? {} : { stagingFolder }),
    ...(bodyLimitBytes === undefined ? {} : { bodyLimitBytes }),
    ...(endGraceMs === undefined ? {} : { endGraceMs }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
    ...(options.sql === undefined ? {} : { sql: options.sql }),
    ...(options.page === undefined ? {} : { page: options.page }),
    logger: log,
    ...(authFile === undefined
      ? {}
      : {
          access: fileAccess({
            path: authFile,
            onError: (err) => log.error({ err }, 'the file of users changed and cannot be used'),
          }),
        }),
    onChange: (change) => webhooks.changed(change),
    moreRoutes: [...webhookRoutes(webhooks), metricsRoute(metrics)],
    prepareUnrouted: (reply: FastifyReply) => setGuardHeaders(reply, options.frameOptions),
    prepare: (app: FastifyInstance) => {
      metrics.watch(app);
      shedLoad(app, options.maxRequests);
      guardRequests(app, options);
      limitConnections(app, options.limits);
      sayWhenToRetry(app);
      // This runs after the last request is answered, since that request may have made a change.
      app.addHook('onClose', () => webhooks.close());
    },
  });
  webhooks.resume().catch((err: unknown) => log.error({ err }, 'webhook deliveries not resumed'));
  return {
    ...server,
    async listen(where = {}) {
      const { host = '127.0.0.1' } = where;
      assertNotExposed({ host, authenticated: authFile !== undefined, insecure });
      return server.listen(where);
    },
  };
}
