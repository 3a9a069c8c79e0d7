import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccessControl, Caller } from '../access/access.ts';
import { queryFields, type ReadRequest, readRequest } from '../wire/read-request.ts';
import { SENT } from '../wire/sent.ts';
import { callRoute } from './call-route.ts';
import { type Route, routeUrl } from './route.ts';
import type { ServerContext } from './server-context.ts';

/** The context for registering routes. */
export interface RouteScope {
  readonly context: ServerContext;
  readonly access: AccessControl;
}

/** The caller of each active request, identified before its body is read. */
const callers = new WeakMap<FastifyRequest, Caller>();

/** Registers routes: those that read JSON, and in a separate scope those that take a stream of bytes. */
export function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  scope: RouteScope,
): void {
  app.register(async (json) => {
    json.removeAllContentTypeParsers();
    // The stated content type does not matter: MLflow's rules for it are not those of Fastify.
    json.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });
    for (const route of routes) if (route.body !== 'bytes') register(json, route, scope);
  });
  app.register(async (bytes) => {
    bytes.removeAllContentTypeParsers();
    bytes.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const route of routes) if (route.body === 'bytes') register(bytes, route, scope);
  });
}

function register(app: FastifyInstance, route: Route, scope: RouteScope): void {
  const { access, context } = scope;
  app.route({
    method: route.method,
    url: routeUrl(route),
    exposeHeadRoute: route.at === 'root' || route.body === 'bytes',
    ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
    ...(route.needs === 'nothing'
      ? {}
      : {
          onRequest: async (request: FastifyRequest) => {
            callers.set(request, await access.identify(request));
          },
        }),
    handler: async (request, reply) => answer(route, request, reply, context),
  });
}

async function answer(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ServerContext,
): Promise<FastifyReply> {
  const caller = callers.get(request) ?? NOBODY;
  const read = readMessage(route, request);
  const result = await callRoute(route, read, { context, caller, request, reply });
  if (result === SENT || reply.sent) return reply;
  return reply
    .header('content-type', 'application/json')
    .send(Buffer.from(JSON.stringify(result === undefined ? {} : result)));
}

const NOBODY: Caller = { unrestricted: false, readsAll: true, may: () => false };

function readMessage(route: Route, request: FastifyRequest): ReadRequest {
  if (route.body !== 'bytes') return readRequest(request, !route.isNoMessage);
  const params = request.params as Readonly<Record<string, string>>;
  return { fields: { ...queryFields(request.url), ...params } };
}
