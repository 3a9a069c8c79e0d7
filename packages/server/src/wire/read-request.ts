import type { FastifyRequest } from 'fastify';
import { invalidParameter } from './wire-error.ts';

/** The fields of a request: those of its path, and of its body or else of its query. */
export type RequestFields = Readonly<Record<string, unknown>>;

/** Fields, and the text they were read from where there was one: error messages quote it. */
export interface ReadRequest {
  readonly fields: RequestFields;
  readonly text?: string;
}

/**
 * Reads a request as MLflow's server does (server/handlers.py, `_get_request_message`): a GET from its
 * query, everything else from its JSON body, where a body that is no JSON counts as an empty one. A
 * query name that stands several times is a list.
 * @throws WireError for a body that is JSON but no object, or an unacceptable content type
 */
export function readRequest(request: FastifyRequest): ReadRequest {
  const params = request.params as Record<string, string>;
  if (request.method === 'GET' || request.method === 'HEAD') {
    return { fields: { ...queryFields(request.url), ...params } };
  }
  if (request.method === 'POST' || request.method === 'PUT') assertJsonContentType(request);
  const text = bodyText(request.body);
  return { fields: { ...bodyFields(text), ...params }, ...(text === undefined ? {} : { text }) };
}

/** The query of a URL, percent-decoded. */
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

/** @throws WireError */
function assertJsonContentType(request: FastifyRequest): void {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === 'application/json') return;
  throw invalidParameter("Bad Request. Content-Type must be one of ['application/json'].");
}

function bodyText(body: unknown): string | undefined {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // Not UTF-8 is not JSON, and what is not JSON counts as empty.
    return undefined;
  }
}

function bodyFields(text: string | undefined): RequestFields {
  let value = parseOrNothing(text);
  // Old clients encode their JSON twice.
  if (typeof value === 'string') value = parseOrNothing(value);
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as RequestFields;
  throw invalidParameter('Bad Request. The body must be a JSON object.');
}

function parseOrNothing(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
