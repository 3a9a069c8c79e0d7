import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessControl, assertAllowed, type Caller, SERVER_TARGET } from './access.ts';
import { type Route, routeUrl, SENT } from './route.ts';
import type { ServerContext } from './server-context.ts';
import { invalidRequest } from './wire/invalid-request.ts';
import { queryFields, type ReadRequest, readRequest } from './wire/read-request.ts';

/** What routes are registered with. */
export interface RouteScope {
  readonly context: ServerContext;
  readonly access: AccessControl;
}

/** The caller of each request that is being answered, found out before its body is read. */
const callers = new WeakMap<FastifyRequest, Caller>();

/** Registers routes: those that read JSON, and in a scope of their own those that take bytes as they come. */
export function registerRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  scope: RouteScope,
): void {
  app.register(async (json) => {
    json.removeAllContentTypeParsers();
    // Whatever it says it is: MLflow's rules for content types are not those of Fastify.
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
    exposeHeadRoute: route.at === 'root',
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
  const message = parseMessage(route, request);
  const caller = callers.get(request) ?? NOBODY;
  if (route.needs !== 'nothing' && !caller.unrestricted) {
    const targets = route.about === undefined ? SERVER_TARGET : await route.about(message, context);
    assertAllowed(caller, route.needs, targets);
  }
  const result = await route.handle(message, { context, caller, request, reply });
  if (result === SENT || reply.sent) return reply;
  return reply
    .header('content-type', 'application/json')
    .send(Buffer.from(JSON.stringify(result === undefined ? {} : result)));
}

const NOBODY: Caller = { unrestricted: false, may: () => false };

function parseMessage(route: Route, request: FastifyRequest): unknown {
  const read: ReadRequest =
    route.body === 'bytes'
      ? {
          fields: {
            ...queryFields(request.url),
            ...(request.params as Readonly<Record<string, string>>),
          },
        }
      : readRequest(request);
  const parsed = route.request.safeParse(read.fields);
  if (!parsed.success) throw invalidRequest(parsed.error, read);
  return parsed.data;
}
