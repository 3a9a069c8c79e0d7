/**
 * An answer of MLflow's REST API that says what went wrong, for what has no Tidemark code because
 * only the protocol knows it: a field of the wrong type, a place that is not served.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** MLflow's `error_code`, from which the HTTP status follows. */
  readonly errorCode: WireErrorCode;

  constructor(errorCode: WireErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.errorCode = errorCode;
  }
}

/** Those of MLflow's error codes that the server answers by itself. */
export type WireErrorCode =
  | 'INVALID_PARAMETER_VALUE'
  | 'RESOURCE_DOES_NOT_EXIST'
  | 'RESOURCE_ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'REQUEST_LIMIT_EXCEEDED'
  | 'ENDPOINT_NOT_FOUND'
  | 'NOT_IMPLEMENTED'
  | 'TEMPORARILY_UNAVAILABLE'
  | 'INTERNAL_ERROR';

/** The usual refusal: 400 INVALID_PARAMETER_VALUE. */
export function invalidParameter(message: string, cause?: unknown): WireError {
  return new WireError('INVALID_PARAMETER_VALUE', message, { cause });
}
