import { TidemarkError } from '@tidemark/core';
import { type RequestSubject, tidemarkErrorCode } from './error-codes.ts';
import { readErrorField } from './error-field.ts';

/** The most characters of a response that is not JSON in a message. */
const SHOWN_LENGTH = 300;

/**
 * Parses the JSON of a response. Returns `undefined` for any other, such as the page of a proxy. The caller decides
 * what that means.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the part of a response that a message shows. */
export function shownText(text: string): string {
  return text.slice(0, SHOWN_LENGTH);
}

/**
 * Returns the error of a refused request: the one that a Tidemark server sends, otherwise that of MLflow's code.
 */
export function refusalOf(
  baseUrl: string,
  { status, text }: { readonly status: number; readonly text: string },
  request: { readonly path: string; readonly subject: RequestSubject },
): TidemarkError {
  const json = parseJson(text);
  const { error_code, message } = (json ?? {}) as Record<string, unknown>;
  const errorCode = typeof error_code === 'string' ? error_code : '';
  const said = typeof message === 'string' ? message : shownText(text);
  const told = readErrorField(json);
  if (told !== undefined) {
    const details = { ...told.details, status, errorCode, path: request.path };
    return new TidemarkError(told.code, `${baseUrl}: ${said}`, { details });
  }
  const code = tidemarkErrorCode({ status, errorCode, message: said }, request.subject);
  return new TidemarkError(code, refusalText(code, baseUrl, status, said), {
    details: { status, errorCode, path: request.path },
  });
}

function refusalText(code: string, baseUrl: string, status: number, said: string): string {
  switch (code) {
    case 'UNAUTHENTICATED':
      return `${baseUrl} requires credentials, or refuses yours. Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.`;
    case 'SERVER_UNSUITABLE':
      return `${baseUrl} does not serve this part of MLflow's REST API (status ${status}). Check that the address is that of an MLflow or Tidemark server, and that it is new enough.`;
    case 'SERVER_FAILED':
      // A server that is too busy says so, and did nothing that its log could explain.
      return status === 429
        ? `${baseUrl} is too busy: ${said}`
        : `${baseUrl} answered with status ${status}: ${said.replace(/\.$/, '')}. The server's log has the reason.`;
    default:
      return `${baseUrl}: ${said}`;
  }
}
