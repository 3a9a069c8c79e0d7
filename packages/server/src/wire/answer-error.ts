import { isTidemarkError } from '@tidemark/core';
import { httpStatusOf, mlflowErrorCode, type ToldError, toldErrorOf } from '@tidemark/mlflow';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorClassification } from './error-classification.ts';
import { mlflowMessage } from './mlflow-message.ts';
import { wantsTidemarkFields } from './tidemark-fields.ts';
import { WireError } from './wire-error.ts';

/** What goes over the wire for an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly errorCode: string;
  readonly message: string;
  /** For Tidemark's own client, where MLflow has no code for it. */
  readonly tidemark?: ToldError | undefined;
}

/**
 * Answers an error in MLflow's form: `{error_code, message}` and, where MLflow has them, `sqlstate` and
 * `error_class` (error_classification.py). A fault of the server goes to the log, and only its number in
 * the log to the client.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = errorAnswer(error, request);
  // Headers that a handler set for what it then could not send.
  for (const name of ['content-disposition', 'content-security-policy']) reply.removeHeader(name);
  if (answer.status === 401) reply.header('www-authenticate', 'Basic realm="mlflow"');
  const { errorCode, message } = answer;
  reply
    .code(answer.status)
    .header('content-type', 'application/json')
    .send(
      Buffer.from(
        JSON.stringify({
          error_code: errorCode,
          message,
          ...errorClassification(errorCode),
          ...(wantsTidemarkFields(request) ? { tidemark: answer.tidemark } : {}),
        }),
      ),
    );
}

/** What a client is told of an error; a fault of the server goes to the log. */
export function errorAnswer(error: unknown, request: FastifyRequest): ErrorAnswer {
  const answer = answerOf(error, request.id);
  if (answer.status >= 500 && answer.status !== 501) request.log.error({ err: error }, 'failed');
  return answer;
}

function answerOf(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof WireError) {
    const { errorCode, message } = error;
    return { status: httpStatusOf(errorCode), errorCode, message };
  }
  if (isTidemarkError(error)) {
    const errorCode = mlflowErrorCode(error.code);
    const status = httpStatusOf(errorCode);
    if (errorCode === 'INTERNAL_ERROR') return internal(`${error.code}, `, requestId);
    return { status, errorCode, message: mlflowMessage(error), tidemark: toldErrorOf(error) };
  }
  return frameworkAnswer(error) ?? internal('', requestId);
}

/** What the HTTP layer refuses by itself: a body that is too large, a broken content length. */
function frameworkAnswer(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const status = Number(error.statusCode);
  if (!(status >= 400 && status < 500)) return undefined;
  if (status === 413) {
    return {
      status,
      errorCode: 'INVALID_PARAMETER_VALUE',
      message: 'The body of the request is too large. Send fewer items at once.',
    };
  }
  return { status: 400, errorCode: 'BAD_REQUEST', message: `Bad Request. ${error.message}` };
}

function internal(what: string, requestId: string): ErrorAnswer {
  return {
    status: 500,
    errorCode: 'INTERNAL_ERROR',
    message: `The server failed (${what}request ${requestId}). Its log says why.`,
  };
}
