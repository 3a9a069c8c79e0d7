import type { ErrorCode } from '@tidemark/core';
import { assertArguments } from '@tidemark/core';

/** The error codes of MLflow that are used here (MLflow: databricks.proto, `ErrorCode`). */
export type MlflowErrorCode = keyof typeof HTTP_STATUS;

/** MLflow's table of statuses (exceptions.py, `ERROR_CODE_TO_HTTP_STATUS`). Every other code is a 500. */
const HTTP_STATUS = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  CUSTOMER_UNAUTHORIZED: 401,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_CONFLICT: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  DATA_LOSS: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

/**
 * The code that a server answers for a Tidemark error: MLflow's code for the same error. A code that is not in this
 * table is a fault of the server, 500 INTERNAL_ERROR. A deleted run or experiment answers INVALID_PARAMETER_VALUE, as
 * MLflow's SQL store does, and so does a missing alias.
 */
const FROM_TIDEMARK: Partial<Readonly<Record<ErrorCode, MlflowErrorCode>>> = {
  INVALID_ARGUMENT: 'INVALID_PARAMETER_VALUE',
  INVALID_KEY: 'INVALID_PARAMETER_VALUE',
  INVALID_ID: 'INVALID_PARAMETER_VALUE',
  FILTER_INVALID: 'INVALID_PARAMETER_VALUE',
  EXPERIMENT_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  EXPERIMENT_EXISTS: 'RESOURCE_ALREADY_EXISTS',
  EXPERIMENT_DELETED: 'INVALID_PARAMETER_VALUE',
  RUN_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  RUN_DELETED: 'INVALID_PARAMETER_VALUE',
  PARAM_CONFLICT: 'INVALID_PARAMETER_VALUE',
  ARTIFACT_PATH_UNSAFE: 'INVALID_PARAMETER_VALUE',
  ARTIFACT_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  LOGGED_MODEL_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  LOGGED_MODEL_DELETED: 'INVALID_PARAMETER_VALUE',
  STORE_CLOSED: 'TEMPORARILY_UNAVAILABLE',
  REGISTRY_CONFLICT: 'RESOURCE_CONFLICT',
  MODEL_EXISTS: 'RESOURCE_ALREADY_EXISTS',
  MODEL_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  TRANSITION_REFUSED: 'PERMISSION_DENIED',
  TRANSITION_REQUEST_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  TRANSITION_REQUEST_CLOSED: 'RESOURCE_CONFLICT',
  COMMENT_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  COMMENT_NOT_YOURS: 'PERMISSION_DENIED',
  HISTORY_UNAVAILABLE: 'NOT_IMPLEMENTED',
  PURGED: 'INVALID_PARAMETER_VALUE',
  PURGE_REFUSED: 'RESOURCE_CONFLICT',
  MODEL_VERSION_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  MODEL_ALIAS_NOT_FOUND: 'INVALID_PARAMETER_VALUE',
  MODEL_URI_INVALID: 'INVALID_PARAMETER_VALUE',
  MODEL_SOURCE_UNSAFE: 'INVALID_PARAMETER_VALUE',
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  TOO_MANY_ATTEMPTS: 'REQUEST_LIMIT_EXCEEDED',
  WEBHOOK_NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  WEBHOOK_URL_FORBIDDEN: 'INVALID_PARAMETER_VALUE',
  // Not 403, 429 or 504: it is the text of the query that must change, and clients repeat the others.
  SQL_INVALID: 'INVALID_PARAMETER_VALUE',
  SQL_FORBIDDEN: 'INVALID_PARAMETER_VALUE',
  SQL_OUT_OF_MEMORY: 'INVALID_PARAMETER_VALUE',
  SQL_TIMED_OUT: 'INVALID_PARAMETER_VALUE',
  SQL_BUSY: 'REQUEST_LIMIT_EXCEEDED',
};

/** The subject of a request. It decides which thing does not exist, or exists already. */
export type RequestSubject =
  | 'experiment'
  | 'run'
  | 'logged-model'
  | 'registered-model'
  | 'artifact';

/** Returns the HTTP status of one of MLflow's error codes, or 500 for one that MLflow does not list. */
export function httpStatusOf(code: string): number {
  assertArguments({ code }, 'httpStatusOf', { code: 'string' });
  return Object.hasOwn(HTTP_STATUS, code) ? HTTP_STATUS[code as MlflowErrorCode] : 500;
}

/** Returns MLflow's code for a Tidemark error, or INTERNAL_ERROR for a fault that no client can cause. */
export function mlflowErrorCode(code: ErrorCode): MlflowErrorCode {
  assertArguments({ code }, 'mlflowErrorCode', { code: 'string' });
  return FROM_TIDEMARK[code] ?? 'INTERNAL_ERROR';
}

/**
 * Returns the Tidemark code for an error of a server. MLflow has one code for everything that does not exist or
 * exists already, so the subject of the request decides. Some errors can only be recognised by their messages.
 */
export function tidemarkErrorCode(
  refusal: { readonly status: number; readonly errorCode: string; readonly message: string },
  subject: RequestSubject,
): ErrorCode {
  assertArguments({ refusal, subject }, 'tidemarkErrorCode', {
    refusal: 'object',
    subject: 'string',
  });
  const { status, errorCode, message } = refusal;
  switch (errorCode) {
    case 'RESOURCE_DOES_NOT_EXIST':
    case 'NOT_FOUND':
      return missing(subject, message);
    case 'RESOURCE_ALREADY_EXISTS':
    case 'ALREADY_EXISTS':
      return subject === 'experiment' ? 'EXPERIMENT_EXISTS' : 'REGISTRY_CONFLICT';
    case 'RESOURCE_CONFLICT':
    case 'ABORTED':
      return 'REGISTRY_CONFLICT';
    case 'INVALID_PARAMETER_VALUE':
    case 'BAD_REQUEST':
    case 'INVALID_STATE':
      return invalid(message);
    case 'UNAUTHENTICATED':
    case 'CUSTOMER_UNAUTHORIZED':
      return 'UNAUTHENTICATED';
    case 'PERMISSION_DENIED':
      return 'PERMISSION_DENIED';
    default:
  }
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 404 && errorCode === '') return 'SERVER_UNSUITABLE';
  return 'SERVER_FAILED';
}

function missing(subject: RequestSubject, message: string): ErrorCode {
  switch (subject) {
    case 'experiment':
      return 'EXPERIMENT_NOT_FOUND';
    case 'run':
      // A run is created in an experiment, and that may be what is missing.
      return /^No Experiment/i.test(message) ? 'EXPERIMENT_NOT_FOUND' : 'RUN_NOT_FOUND';
    case 'logged-model':
      return 'LOGGED_MODEL_NOT_FOUND';
    case 'artifact':
      return 'ARTIFACT_NOT_FOUND';
    case 'registered-model':
      // A version is created from a run or a logged model, and that may have been purged.
      if (/^Run with id=/.test(message)) return 'RUN_NOT_FOUND';
      if (/^Logged model with ID/.test(message)) return 'LOGGED_MODEL_NOT_FOUND';
      return /^Model Version/i.test(message) ? 'MODEL_VERSION_NOT_FOUND' : 'MODEL_NOT_FOUND';
  }
}

/**
 * Returns the code for MLflow's one code for bad values. Only the message tells them apart, and MLflow's clients
 * match it too.
 */
function invalid(message: string): ErrorCode {
  if (/^Changing param values is not allowed/.test(message)) return 'PARAM_CONFLICT';
  if (/^The run \S+ must be in /.test(message)) return 'RUN_DELETED';
  if (/^The experiment \S+ must be in /.test(message)) return 'EXPERIMENT_DELETED';
  if (/non-active experiment/.test(message)) return 'EXPERIMENT_DELETED';
  if (/^Registered model alias \S+ not found/.test(message)) return 'MODEL_ALIAS_NOT_FOUND';
  if (/^Invalid path/.test(message)) return 'ARTIFACT_PATH_UNSAFE';
  if (/^Invalid (clause|comparator|filter|attribute|order_by|page token)/.test(message)) {
    return 'FILTER_INVALID';
  }
  return 'INVALID_ARGUMENT';
}
