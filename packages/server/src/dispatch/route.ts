import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AccessTarget, Caller, Role } from '../access/access.ts';
import type { ServerContext } from './server-context.ts';

/** The methods that are served; HEAD comes with GET. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One endpoint, said once: it is registered, checked, documented in /openapi.json and guarded from
 * this object.
 */
export interface Route<Schema extends z.ZodType = z.ZodType> {
  readonly method: Method;
  /** As Fastify reads it: `:name` is a segment, a `*` at the end the rest of the path. */
  readonly path: string;
  /**
   * Where the path is served: below `/api/2.0` and `/ajax-api/2.0` (`2.0`, the default), below those of
   * `3.0`, or at the root. `ajax` is what MLflow has below `/ajax-api/2.0` alone, for its pages; here below both.
   */
  readonly at?: '2.0' | '3.0' | 'ajax' | 'root';
  /** One line for people who read the API's documentation. */
  readonly summary: string;
  /** The role that the caller needs on what the request is about; `nothing` not even a login. */
  readonly needs: Role | 'nothing';
  /** What the request is about; the whole server when absent. Asked before `handle`. */
  readonly about?: (message: z.output<Schema>, context: ServerContext) => About;
  /** The fields of path, query and body together. */
  readonly request: Schema;
  /** For the documentation; answers are made by typed codecs and not checked again. */
  readonly response?: z.ZodType;
  /** Whether its body is no protobuf message, whose fields may have two spellings. Default false. */
  readonly isNoMessage?: true;
  /**
   * Whether it makes something: then a request that is sent again with the same `Idempotency-Key` is
   * answered as the first time. Default false.
   */
  readonly creates?: true;
  /** `json` (the default) reads the body into the message; `bytes` leaves it to the handler. */
  readonly body?: 'json' | 'bytes';
  /** The greatest body in bytes; the server's own limit when absent. */
  readonly bodyLimitBytes?: number;
  /** The answer's JSON, nothing for `{}`, or `SENT`. */
  readonly handle: (message: z.output<Schema>, call: Call) => unknown;
}

/** What a request is about: one target, several, or the answer to come. */
export type About =
  | AccessTarget
  | readonly AccessTarget[]
  | Promise<AccessTarget | readonly AccessTarget[]>;

/** What a handler gets. */
export interface Call {
  readonly context: ServerContext;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** A message without fields, of a request or of an answer. */
export const nothing: z.ZodType<Readonly<Record<string, never>>> = z.object({});

/** A route with its types checked, as a member of a list of routes. */
export function defineRoute<Schema extends z.ZodType>(route: Route<Schema>): Route {
  // The message that reaches `handle` is the output of this route's own schema.
  return route as unknown as Route;
}

/** The path under which a route is registered. */
export function routeUrl({ at = '2.0', path }: Route): string {
  if (at === 'root') return path;
  return at === '3.0' ? `/api/3.0${path}` : `/api/2.0${path}`;
}

/** Everywhere that a route is served: what is below `/api` is below `/ajax-api` too. */
export function routeUrls(route: Route): readonly string[] {
  const url = routeUrl(route);
  return route.at === 'root' ? [url] : [url, url.replace('/api/', '/ajax-api/')];
}
