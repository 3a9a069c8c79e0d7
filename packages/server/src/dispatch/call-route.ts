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
 * Has a route answer: checks the fields that were read, then that the caller may do this, then calls the route
 * with what the caller sees. Everything that a client can ask goes through here, over whichever protocol.
 * @throws WireError for fields that do not fit and for what is not allowed; and what the route throws
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
 * Checks that the caller may do this, and gives what the handler may look into: what the caller sees. A
 * request about registered models alone sees all, for who may read a model needs no role on the experiments
 * that its versions came from; references that such a request brings are the route's to check.
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
