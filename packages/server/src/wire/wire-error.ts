/**
 * An error answer of MLflow's REST API for a problem that only the protocol knows and that has no Tidemark code: a
 * field of the wrong type, or a path that is not served.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** MLflow's `error_code`. It determines the HTTP status. */
  readonly errorCode: WireErrorCode;

  constructor(errorCode: WireErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.errorCode = errorCode;
  }
}

/** MLflow's error codes that the server answers itself. */
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

/** Returns the usual refusal: 400 INVALID_PARAMETER_VALUE. */
export function invalidParameter(message: string, cause?: unknown): WireError {
  return new WireError('INVALID_PARAMETER_VALUE', message, { cause });
}
