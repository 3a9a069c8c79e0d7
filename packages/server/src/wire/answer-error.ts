import { isTidemarkError } from '@tidemark/core';
import { type ErrorField, errorFieldOf, httpStatusOf, mlflowErrorCode } from '@tidemark/mlflow';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorClassification } from './error-classification.ts';
import { mlflowMessage } from './mlflow-message.ts';
import { wantsTidemarkFields } from './tidemark-fields.ts';
import { WireError } from './wire-error.ts';

/** The answer to a request that failed. */
export interface ErrorAnswer {
  readonly status: number;
  readonly errorCode: string;
  readonly message: string;
  /** The error in Tidemark's own form, for its client, if MLflow has no code for it. */
  readonly tidemark?: ErrorField | undefined;
}

/**
 * Answers an error in MLflow's form: `{error_code, message}` and, if MLflow has them, `sqlstate` and `error_class`
 * (error_classification.py). A fault of the server goes to the log, and the client gets only the id of the request.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const answer = errorAnswer(error, request);
  // A handler may have set these headers for an answer that it then could not send.
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

/** Returns the answer to an error. A fault of the server goes to the log. */
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
    return { status, errorCode, message: mlflowMessage(error), tidemark: errorFieldOf(error) };
  }
  return frameworkAnswer(error) ?? internal('', requestId);
}

/**
 * Returns the answer to an error of the HTTP layer, such as a body that is too large or a broken content length.
 */
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
