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

/** What a server is run with: `AppOptions`, and what it needs to be left alone on a network. */
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
    >,
    RequestGuardOptions {
  /** The users and tokens, as `tidemark auth` writes them. Without it there are no logins. */
  readonly authFile?: string;
  /** Whether the server may listen where other machines reach it although it has no logins. */
  readonly insecure?: boolean;
  /** A folder of the server's own for webhooks and their secrets; see `WebhooksOptions.folder`. */
  readonly stateFolder?: string;
  /** See `WebhooksOptions.secretKey`. */
  readonly secretKey?: string;
  readonly allowPrivateWebhooks?: boolean;
  readonly webhooks?: Pick<WebhooksOptions, 'resolver' | 'authorities' | 'limits'>;
  readonly limits?: ConnectionLimits;
  /** Requests under way at one time; more are answered 429. Default 1000. */
  readonly maxRequests?: number;
  /** pino's level; default `warn`: what was refused and what failed, and not every request. */
  readonly logLevel?: string;
  /** Where log lines go; default the standard error stream. */
  readonly logTo?: DestinationStream;
}

/**
 * Makes a server to be run: over `createServer` it adds logins, the guards against foreign pages and slow
 * clients, webhooks, `/metrics` and the log.
 * @throws AUTH_FILE_INVALID, SECRET_KEY_INVALID; SERVER_EXPOSED from `listen`
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
      // Once the last request was answered: it may have made a change.
      app.addHook('onClose', () => webhooks.close());
    },
  });
  webhooks.resume().catch((err: unknown) => log.error({ err }, 'webhook deliveries not taken up'));
  return {
    ...server,
    async listen(where = {}) {
      const { host = '127.0.0.1' } = where;
      assertNotExposed({ host, authenticated: authFile !== undefined, insecure });
      return server.listen(where);
    },
  };
}
