import {
  type AccessTarget,
  actorOf,
  assertAllowed,
  type Caller,
  SERVER_TARGET,
} from '../access/access.ts';
import { readableStore } from '../access/readable-store.ts';
import { IDEMPOTENCY_HEADER } from '../wire/idempotent-answers.ts';
import { invalidRequest } from '../wire/invalid-request.ts';
import type { ReadRequest } from '../wire/read-request.ts';
import { type Call, type Route, routeUrl } from './route.ts';
import type { ServerContext } from './server-context.ts';

/**
 * Calls a route: validates the fields, checks the caller's role, and calls the handler with the caller's view of
 * the store. Every request goes through here, whatever its protocol.
 * @throws WireError for invalid fields and for what is not allowed; and the errors of the handler
 */
export async function callRoute(route: Route, read: ReadRequest, call: Call): Promise<unknown> {
  const parsed = route.request.safeParse(read.fields);
  if (!parsed.success) throw invalidRequest(parsed.error, read);
  const seen = await authorized(route, parsed.data, call.caller, call.context);
  const act = (): unknown => route.handle(parsed.data, { ...call, context: seen });
  const key = route.creates ? call.request.headers[IDEMPOTENCY_HEADER] : undefined;
  if (key === undefined) return act();
  const scope = JSON.stringify([actorOf(call.caller), route.method, routeUrl(route)]);
  return call.context.answers.answer({ key: String(key), scope, message: parsed.data }, act);
}

/**
 * Checks the caller's role and returns the context for the handler, which holds the caller's view of the store. A
 * request that concerns only registered models gets the whole store: a reader of a model needs no role on the
 * experiments of its versions. The route itself checks the references in such a request.
 * @throws WireError PERMISSION_DENIED, RESOURCE_DOES_NOT_EXIST
 */
async function authorized(
  route: Route,
  message: unknown,
  caller: Caller,
  context: ServerContext,
): Promise<ServerContext> {
  if (route.needs === 'nothing' || caller.unrestricted) return context;
  const seen = { ...context, store: readableStore(context.store, caller) };
  const about = route.about === undefined ? SERVER_TARGET : await route.about(message, seen);
  const targets = (Array.isArray(about) ? about : [about]) as readonly AccessTarget[];
  assertAllowed(caller, route.needs, targets);
  const isOfModels = targets.length > 0 && targets.every(({ kind }) => kind === 'registered-model');
  return isOfModels ? context : seen;
}
