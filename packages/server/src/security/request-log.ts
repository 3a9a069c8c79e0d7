import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoggerOptions } from 'pino';

/** Query parameters whose values are secret: signatures of signed addresses, and tokens. */
const SECRET_PARAMETER =
  /^(.*(token|secret|password|passwd|signature|credential|api[-_]?key|auth).*|sig)$/i;
/** `page_token` is not secret, and shows how far a client is. */
const PLAIN_PARAMETER = /^page_?token$/i;
const HIDDEN = 'REDACTED';
const LONGEST_URL = 2048;
/** Fields with secrets in the objects that are logged with a request, at any depth. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'headers.authorization',
];

/**
 * Returns options for pino, which writes one JSON line for each event: a request with method, path and address, an
 * answer with status and time. It logs neither headers nor bodies, and hides secrets in queries and the fields of
 * `SECRET_FIELDS` in everything else.
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

/** Returns a request's path and query with the values of secret parameters hidden. A very long one is cut. */
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

/** Returns an error with its stack and causes, but without the values that it carries. */
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
