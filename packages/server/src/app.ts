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
import { type Page, pageRoutes } from './routes/page.ts';
import { sqlRoute } from './routes/sql.ts';
import type { SqlRunner } from './routes/sql-runner.ts';
import { START_PAGE_ROUTE, systemRoutes } from './routes/system.ts';
import { ROUTES } from './routes.ts';
import { settleForwarded, type TrustedProxies } from './security/trusted-proxies.ts';
import { answerError } from './wire/answer-error.ts';
import { IdempotentAnswers } from './wire/idempotent-answers.ts';
import { dropUnreadBodies } from './wire/unread-bodies.ts';

/**
 * Default limit of a JSON body. A batch of 1000 metrics is about 100 kB, the profile of a dataset up to 16
 * MB.
 */
const DEFAULT_BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** The longest path segment, in characters. Artifacts of a run can be deeply nested. */
const PATH_LENGTH = 8192;

type SchemaCompilers = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;

/**
 * Empty compilers for Fastify. zod validates requests and typed codecs write answers, so no route has a JSON
 * schema. Without this, Fastify would still load its compilers: a hundred files, a third of the time to
 * start.
 */
const NO_COMPILERS = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
} as unknown as SchemaCompilers;

/** Options of `createServer`. */
export interface AppOptions {
  readonly store: Store;
  /**
   * Where the artifacts of new experiments go. `mlflow-artifacts:/` (the default) stores them through this
   * server. Clients reach any other path or URI by themselves.
   */
  readonly artifactRoot?: string;
  /**
   * Schemes such as `https` or `hdfs` that sources of versions and locations of artifacts may have even
   * though they name a host. Default: none. This server and the host of `artifactRoot` are always allowed.
   */
  readonly allowedArtifactSchemes?: readonly string[];
  /** Names under which clients reach this server, in addition to its address. Default: none. */
  readonly serverHosts?: readonly string[];
  /** Who may do what. Default `openAccess()`: every caller may do everything. */
  readonly access?: AccessControl;
  /** Called for every change of the registry, after it is written. */
  readonly onChange?: ChangeListener;
  /** Folder for the parts of multipart uploads. Default: a new folder in the system's temporary folder. */
  readonly stagingFolder?: string;
  /** Where the server logs. Default: it does not log. */
  readonly logger?: FastifyBaseLogger;
  /** The greatest size of a JSON body in bytes. Default 32 MiB. Artifacts have no limit. */
  readonly bodyLimitBytes?: number;
  /** How long active requests may take after the server starts to close, in milliseconds. Default 20,000. */
  readonly endGraceMs?: number;
  /** Proxies that may report the client's address, protocol and host. Default: none. */
  readonly trustProxy?: TrustedProxies;
  /** Answers `POST /api/tidemark/sql`. Default: the server has no such route. */
  readonly sql?: SqlRunner;
  /** The page at `/`. Default: a short page with the ways to connect a client. */
  readonly page?: Page;
  /** Routes in addition to the server's own, such as those of webhooks. */
  readonly moreRoutes?: readonly Route[];
  /** Called before routes are registered. It is the place for hooks that see every request. */
  readonly prepare?: (app: FastifyInstance) => void;
  /** Called before the server answers a request that no hook sees, because its address cannot be decoded. */
  readonly prepareUnrouted?: (reply: FastifyReply) => void;
}

/** Builds the application. It does not listen yet. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { trustProxy: trusts } = options;
  const app = fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    bodyLimit: options.bodyLimitBytes ?? DEFAULT_BODY_LIMIT_BYTES,
    // Neither a route nor the error handler sees an address that cannot be decoded.
    frameworkErrors: (error, request, reply) => {
      options.prepareUnrouted?.(reply);
      answerError(error, request, reply);
    },
    schemaController: { compilersFactory: NO_COMPILERS },
    // `endConnections` closes the connections instead.
    forceCloseConnections: false,
    // One registration serves both prefixes, which halves the routes to build at the start.
    rewriteUrl: (request) => {
      // This is the first function that sees a request.
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
  const documented: readonly Route[] = [
    ...ROUTES,
    ...(options.sql === undefined ? [] : [sqlRoute(options.sql)]),
    ...(options.moreRoutes ?? []),
    ...systemRoutes(() => documented),
  ];
  const { page } = options;
  const routes = [...documented, ...(page === undefined ? [START_PAGE_ROUTE] : pageRoutes(page))];
  endConnections(app, options.endGraceMs);
  dropUnreadBodies(app);
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
