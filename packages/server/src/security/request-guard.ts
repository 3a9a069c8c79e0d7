import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAllowedHost, isLoopbackHost, matches } from './allowed-hosts.ts';

/** Options of `guardRequests`, which runs before any other check. */
export interface RequestGuardOptions {
  /** Host names of the server; see `isAllowedHost`. */
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may call the server, such as `https://ui.example.org`, or `*` for any. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /** Who may show the server's pages in a frame. Default `SAMEORIGIN`. */
  readonly frameOptions?: 'SAMEORIGIN' | 'DENY' | 'NONE';
}

const INVALID_HOST = 'Invalid Host header - possible DNS rebinding attack detected';
const CROSS_ORIGIN = 'Cross-origin request blocked';
/** Paths for any host: their answers reveal nothing, and probes of load balancers use any name. */
const OPEN_PATHS = new Set(['/health', '/version']);
const CHANGING_METHODS = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const CORS_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const HEADER_NAMES = /^[\w\-, ]{1,1000}$/;

/** Sets the headers that stop browsers from guessing types and framing pages. Every answer has them. */
export function setGuardHeaders(
  reply: FastifyReply,
  frameOptions: RequestGuardOptions['frameOptions'] = 'SAMEORIGIN',
): void {
  reply.header('X-Content-Type-Options', 'nosniff');
  if (frameOptions !== 'NONE') reply.header('X-Frame-Options', frameOptions);
  reply.header('Vary', 'Origin');
}

/**
 * Guards every request of a server against pages of other sites, including requests without a route. Unknown hosts
 * and changes from foreign origins get 403 in MLflow's words (server/security.py), and answers have the headers
 * that stop browsers from guessing types and framing pages. Call it before any route is added, and before anything
 * that asks for credentials, because a preflight has none.
 */
export function guardRequests(app: FastifyInstance, options: RequestGuardOptions = {}): void {
  const { allowedHosts, allowedOrigins = [], frameOptions = 'SAMEORIGIN' } = options;
  app.addHook('onRequest', (request, reply, done) => {
    setGuardHeaders(reply, frameOptions);
    if (!OPEN_PATHS.has(pathOf(request)) && !isAllowedHost(request.headers.host, allowedHosts)) {
      request.log.warn({ host: request.headers.host }, 'refused: unknown host');
      refuse(reply, INVALID_HOST);
      return;
    }
    const { origin } = request.headers;
    const trusted = origin !== undefined && isTrustedOrigin(origin, request, allowedOrigins);
    if (trusted) allowOrigin(reply, origin, allowedOrigins);
    if (CHANGING_METHODS.has(request.method) && origin !== undefined && !trusted) {
      request.log.warn({ origin }, 'refused: change from another origin');
      refuse(reply, CROSS_ORIGIN);
      return;
    }
    if (request.method === 'OPTIONS') {
      if (trusted) answerPreflight(request, reply);
      reply.code(204).send();
      return;
    }
    done();
  });
}

/** Returns whether an origin is this machine, the server itself, or one of the configured origins. */
function isTrustedOrigin(
  origin: string,
  request: FastifyRequest,
  allowed: readonly string[],
): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) {
    if (isLoopbackHost(url.hostname)) return true;
    // The host is checked already. Behind a proxy that ends TLS only the hosts can be compared.
    if (url.host !== '' && url.host === request.headers.host?.toLowerCase()) return true;
  }
  return allowed.some((pattern) => matches(pattern, origin));
}

function allowOrigin(reply: FastifyReply, origin: string, allowed: readonly string[]): void {
  const anyone = allowed.includes('*');
  reply.header('Access-Control-Allow-Origin', anyone ? '*' : origin);
  // Cookies and stored passwords are allowed for configured origins only, never for `*`.
  if (!anyone) reply.header('Access-Control-Allow-Credentials', 'true');
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply): void {
  const asked = request.headers['access-control-request-headers'];
  reply.header('Access-Control-Allow-Methods', CORS_METHODS);
  if (asked !== undefined && HEADER_NAMES.test(asked)) {
    reply.header('Access-Control-Allow-Headers', asked);
  }
  reply.header('Access-Control-Max-Age', '600');
}

function refuse(reply: FastifyReply, text: string): void {
  reply.code(403).type('text/plain; charset=utf-8').send(text);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
