import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccessTarget, Caller, Role } from '../access/access.ts';
import type { ServerContext } from './server-context.ts';

/** The HTTP methods of routes. HEAD is served with GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * The definition of one endpoint. The server registers, validates, guards and documents (/openapi.json) the
 * endpoint only from this object.
 */
export interface Route<Schema extends z.ZodType = z.ZodType> {
  readonly method: Method;
  /** A path in Fastify's syntax: `:name` is a segment, a `*` at the end the rest of the path. */
  readonly path: string;
  /**
   * The prefix of the path: `2.0` (the default) is `/api/2.0` and `/ajax-api/2.0`, `3.0` the same with `3.0`, and
   * `root` none. `ajax` marks endpoints that MLflow serves only below `/ajax-api/2.0`, for its pages; here they are
   * below both prefixes.
   */
  readonly at?: '2.0' | '3.0' | 'ajax' | 'root';
  /** One line for the readers of the API's documentation. */
  readonly summary: string;
  /** The role that the caller needs on the target. With `nothing` not even a login is needed. */
  readonly needs: Role | 'nothing';
  /** Returns the target of the request, and is called before `handle`. Default: the whole server. */
  readonly about?: (message: z.output<Schema>, context: ServerContext) => About;
  /** Schema of the fields of path, query and body together. */
  readonly request: Schema;
  /** Schema of the answer, for the documentation. Typed codecs build answers, so they are not validated again. */
  readonly response?: z.ZodType;
  /** Media types of other forms of the answer, for the documentation. */
  readonly otherForms?: readonly string[];
  /** Whether the body is not a protobuf message. Only fields of such messages have two spellings. Default false. */
  readonly isNoMessage?: true;
  /**
   * Whether the route creates something. A request that is repeated with the same `Idempotency-Key` then gets the
   * first answer again. Default false.
   */
  readonly creates?: true;
  /** `json` (the default) parses the body into the message. `bytes` leaves the body to the handler. */
  readonly body?: 'json' | 'bytes';
  /** The greatest body in bytes. Default: the limit of the server. */
  readonly bodyLimitBytes?: number;
  /** Handles the request. It returns the JSON of the answer, nothing for `{}`, or `SENT`. */
  readonly handle: (message: z.output<Schema>, call: Call) => unknown;
}

/** The target of a request: one, several, or a promise of those. */
export type About =
  | AccessTarget
  | readonly AccessTarget[]
  | Promise<AccessTarget | readonly AccessTarget[]>;

/** The arguments of a handler besides the message. */
export interface Call {
  readonly context: ServerContext;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Schema of a message without fields. */
export const nothing: z.ZodType<Readonly<Record<string, never>>> = z.object({});

/**
 * Checks the types of a route and returns it as a member of a list of routes.
 *
 * @example
 * ```ts
 * import { z } from 'zod';
 *
 * export const getPenguin = defineRoute({
 *   method: 'GET',
 *   path: '/mlflow/penguins/get',
 *   summary: 'Read a penguin.',
 *   needs: 'reader',
 *   request: z.object({ name: z.string() }),
 *   handle: ({ name }) => ({ penguin: { name } }),
 * });
 * ```
 */
export function defineRoute<Schema extends z.ZodType>(route: Route<Schema>): Route {
  // The message that reaches `handle` is the output of this route's own schema.
  return route as unknown as Route;
}

/** Returns the path under which a route is registered. */
export function routeUrl({ at = '2.0', path }: Route): string {
  if (at === 'root') return path;
  return at === '3.0' ? `/api/3.0${path}` : `/api/2.0${path}`;
}

/** Returns every path of a route: a path below `/api` is served below `/ajax-api` too. */
export function allUrlsOf(route: Route): readonly string[] {
  const url = routeUrl(route);
  return route.at === 'root' ? [url] : [url, url.replace('/api/', '/ajax-api/')];
}
