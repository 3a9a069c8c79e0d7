import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoggerOptions } from 'pino';

/** Query parameters whose values are no one's business: capabilities of signed URLs, and tokens. */
const SECRET_PARAMETER =
  /^(.*(token|secret|password|passwd|signature|credential|api[-_]?key|auth).*|sig)$/i;
/** `page_token` is no secret, and tells how far a client has come. */
const PLAIN_PARAMETER = /^page_?token$/i;
const HIDDEN = 'REDACTED';
const LONGEST_URL = 2048;
/** Where secrets are in what is logged with a request, however deep an object nests. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'headers.authorization',
];

/**
 * Options for pino, one JSON line for each event: requests with method, path and address; answers
 * with status and time. No header and no body is logged, secrets in queries are hidden, and so are the
 * fields of `SECRET_FIELDS` in anything else that is logged.
 */
export function requestLogOptions(level = 'info'): LoggerOptions {
  return {
    level,
    redact: {
      paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: HIDDEN,
    },
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        url: redactUrl(request.url),
        remoteAddress: request.ip,
      }),
      res: (reply: FastifyReply) => ({ statusCode: reply.statusCode }),
      err: (error: unknown) => errorFields(error),
    },
  };
}

/** A request's path and query with the values of secret parameters hidden, cut where it is endless. */
export function redactUrl(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return url.slice(0, LONGEST_URL);
  const query = url
    .slice(at + 1)
    .split('&')
    .map((pair) => {
      const [name = ''] = pair.split('=', 1);
      return isSecret(name) ? `${name}=${HIDDEN}` : pair;
    })
    .join('&');
  return `${url.slice(0, at)}?${query}`.slice(0, LONGEST_URL);
}

function isSecret(name: string): boolean {
  const plain = name.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return SECRET_PARAMETER.test(plain) && !PLAIN_PARAMETER.test(plain);
}

/** An error with its stack and causes, for the log alone; but not the values it carries. */
function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  };
}
