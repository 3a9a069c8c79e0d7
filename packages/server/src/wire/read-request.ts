import type { FastifyRequest } from 'fastify';
import { assertBodyShape } from './body-shape.ts';
import { acceptJsonNames } from './json-names.ts';
import { parseJsonOfPython } from './json-of-python.ts';
import { invalidParameter } from './wire-error.ts';

/** The fields of a request: those of its path, with those of its body or its query. */
export type RequestFields = Readonly<Record<string, unknown>>;

/** The fields of a request, and the text they were parsed from, if any, which error messages quote. */
export interface ReadRequest {
  readonly fields: RequestFields;
  readonly text?: string;
}

/**
 * Reads a request like MLflow's server (server/handlers.py, `_get_request_message`): a GET from its query,
 * everything else from its JSON body. A query name that occurs several times is a list. Fields of a body have
 * protobuf's JSON names (`experimentId`) or those of the schema (`experiment_id`). A query has only the latter, as
 * in MLflow. MLflow treats a body that is not JSON as an empty one, so that a trailing comma creates a run in
 * experiment 0: here it is refused.
 * @param takesJsonNames false for a body that is not a protobuf message, whose fields keep their names
 * @throws WireError for a body that is not a JSON object, a field with both names, or a wrong content type
 */
export function readRequest(request: FastifyRequest, takesJsonNames = true): ReadRequest {
  const params = request.params as Record<string, string>;
  if (request.method === 'GET' || request.method === 'HEAD') {
    return { fields: { ...queryFields(request.url), ...params } };
  }
  if (request.method === 'POST' || request.method === 'PUT') assertJsonContentType(request);
  const text = bodyText(request.body);
  return {
    fields: { ...bodyFields(text, takesJsonNames), ...params },
    ...(text === undefined ? {} : { text }),
  };
}

/** Returns the query of a URL, percent-decoded. */
export function queryFields(url: string): RequestFields {
  const fields: Record<string, string | string[]> = Object.create(null);
  const at = url.indexOf('?');
  if (at === -1) return fields;
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}

/** Refuses a wrong content type. @throws WireError */
function assertJsonContentType(request: FastifyRequest): void {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/json') return;
  throw invalidParameter("Bad Request. Content-Type must be one of ['application/json'].");
}

/** Returns the text of a body. @throws WireError */
function bodyText(body: unknown): string | undefined {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw invalidParameter('Bad Request. The body is not UTF-8.', cause);
  }
}

/** Returns the fields of a body. @throws WireError */
function bodyFields(text: string | undefined, takesJsonNames: boolean): RequestFields {
  if (text === undefined) return {};
  let value = parseBody(text);
  // Old clients encode their JSON twice.
  if (typeof value === 'string') value = value === '' ? {} : parseBody(value);
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) {
    if (takesJsonNames) acceptJsonNames(value);
    return value as RequestFields;
  }
  throw invalidParameter('Bad Request. The body must be a JSON object.');
}

/** Parses a body. @throws WireError */
function parseBody(text: string): unknown {
  assertBodyShape(text);
  try {
    return parseJsonOfPython(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidParameter(`Bad Request. The body is not JSON: ${reason}.`, cause);
  }
}
