import { mkdtempSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@tidemark/core';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
} from 'fastify';
import { type AccessControl, openAccess } from './access/access.ts';
import { ArtifactLocations, normalLocation, PROXY_ROOT } from './artifacts/artifact-locations.ts';
import { MultipartUploads } from './artifacts/multipart-uploads.ts';
import { UrlSigner } from './artifacts/url-signer.ts';
import { answerUnserved } from './dispatch/answer-unserved.ts';
import type { ChangeListener } from './dispatch/change-event.ts';
import { registerRoutes } from './dispatch/register-routes.ts';
import type { Route } from './dispatch/route.ts';
import type { ServerContext } from './dispatch/server-context.ts';
import { endConnections } from './end-connections.ts';
import { systemRoutes } from './routes/system.ts';
import { ROUTES } from './routes.ts';
import { settleForwarded, type TrustedProxies } from './security/trusted-proxies.ts';
import { answerError } from './wire/answer-error.ts';
import { IdempotentAnswers } from './wire/idempotent-answers.ts';

/** The greatest JSON body by default: a batch of 1000 metrics has some 100 kB, a dataset's profile 16 MB. */
const DEFAULT_BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** The longest path segment: a run's artifacts may lie deep. */
const PATH_LENGTH = 8192;

type SchemaCompilers = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;

/**
 * Requests are validated by zod and answers written by typed codecs, so no route has a JSON schema; Fastify
 * would load its compilers for them (a hundred files, a third of the time to start) all the same.
 */
const NO_COMPILERS = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
} as unknown as SchemaCompilers;

/** What a server is made of. */
export interface AppOptions {
  readonly store: Store;
  /**
   * Where the artifacts of new experiments go: `mlflow-artifacts:/` (the default) through this server into
   * the store; a path or a URI elsewhere, which clients reach by themselves.
   */
  readonly artifactRoot?: string;
  /**
   * Schemes such as `https` or `hdfs` that sources of versions and places of artifacts may have although
   * they name a host of their own. Default: none; this server and the host of `artifactRoot` are allowed.
   */
  readonly allowedArtifactSchemes?: readonly string[];
  /** Names under which clients reach this server, in addition to its address. Default: none. */
  readonly serverHosts?: readonly string[];
  /** Who may do what. Default: everybody everything. */
  readonly access?: AccessControl;
  /** Called for every change of the registry after it is written. */
  readonly onChange?: ChangeListener;
  /** Where the parts of multipart uploads wait. Default: a folder of its own in the system's temporary folder. */
  readonly stagingFolder?: string;
  /** Default: no logs. */
  readonly logger?: FastifyBaseLogger;
  /** The greatest size of a JSON body. Default 32 MiB; artifacts have no limit. */
  readonly bodyLimitBytes?: number;
  /** How long requests under way may take once the server closes, in milliseconds; default 20,000. */
  readonly endGraceMs?: number;
  /** Proxies whose word about a client's address, protocol and host is taken. Default: none. */
  readonly trustProxy?: TrustedProxies;
  /** Routes in addition to the server's own, such as those of webhooks. */
  readonly moreRoutes?: readonly Route[];
  /** Called before routes are registered: the place for hooks that every request passes. */
  readonly prepare?: (app: FastifyInstance) => void;
  /** Called before the answer to a request that no hook sees: one whose address cannot be decoded. */
  readonly prepareUnrouted?: (reply: FastifyReply) => void;
}

/** Puts the server together; nothing listens yet. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { trustProxy: trusts } = options;
  const app = fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit: options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES,
    // An address that cannot be decoded never reaches a route, nor the error handler.
    frameworkErrors: (error, request, reply) => {
      options.prepareUnrouted?.(reply);
      answerError(error, request, reply);
    },
    schemaController: { compilersFactory: NO_COMPILERS },
    // `endConnections` ends them.
    forceCloseConnections: false,
    // One registration serves both prefixes: half the routes to build when the server starts.
    rewriteUrl: (request) => {
      // The first that sees a request.
      if (trusts !== undefined) settleForwarded(request as IncomingMessage, trusts);
      return (request.url ?? '/').replace(/^\/+ajax-api\//, '/api/');
    },
    trustProxy: trusts === undefined ? false : (peer, hop) => hop === 0 && trusts(peer, hop),
    routerOptions: {
      maxParamLength: PATH_LENGTH,
      // A tracking URI that ends in a slash makes clients ask for //api/…
      ignoreDuplicateSlashes: true,
    },
  });
  const context = serverContext(options);
  const routes: readonly Route[] = [
    ...ROUTES,
    ...(options.moreRoutes ?? []),
    ...systemRoutes(() => routes),
  ];
  endConnections(app, options.endGraceMs);
  options.prepare?.(app);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => answerUnserved(routes, request, reply));
  registerRoutes(app, routes, { context, access: options.access ?? openAccess() });
  app.addHook('onClose', async () => context.uploads.close());
  return app;
}

function serverContext(options: AppOptions): ServerContext {
  const { store, onChange } = options;
  const staging = options.stagingFolder ?? mkdtempSync(join(tmpdir(), 'tidemark-uploads-'));
  return {
    store,
    locations: new ArtifactLocations(store, normalLocation(options.artifactRoot ?? PROXY_ROOT)),
    uploads: new MultipartUploads(staging),
    signer: new UrlSigner(),
    hosts: {
      allowedSchemes: (options.allowedArtifactSchemes ?? []).map((scheme) => scheme.toLowerCase()),
      artifactRoot: options.artifactRoot ?? PROXY_ROOT,
      serverHosts: options.serverHosts ?? [],
    },
    answers: new IdempotentAnswers(),
    changed: (event) => onChange?.(event),
  };
}
