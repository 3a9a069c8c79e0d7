/**
 * Every stable error code with its meaning. A code never changes its meaning and is never reused. `docs/errors.md`
 * lists the same codes, and a test compares the two.
 */
export const ERROR_CODES = {
  INVALID_ARGUMENT: 'A value given by the caller is of the wrong kind or out of range.',
  INVALID_KEY: 'A metric, param or tag key, or a name, breaks the naming rules.',
  INVALID_ID: 'A run, experiment or model id is not of the right form.',
  FILTER_INVALID: 'The filter or the order of a search has a mistake; the message shows where.',
  EXPERIMENT_NOT_FOUND: 'No experiment has this id or name.',
  EXPERIMENT_EXISTS: 'An experiment, live or deleted, has this name.',
  EXPERIMENT_DELETED: 'The experiment is deleted; restore it before you write to it.',
  RUN_NOT_FOUND: 'No run has this id.',
  RUN_DELETED: 'The run is deleted; restore it before you write to it.',
  RUN_ENDED: 'The run of this handle has ended; resume the run by its id to write more.',
  NO_ACTIVE_RUN: 'A function that logs to the active run was called without one.',
  PARAM_CONFLICT: 'A param was logged twice with different values.',
  ARTIFACT_PATH_UNSAFE:
    'An artifact path is absolute, leaves the artifact folder or has unsafe characters.',
  ARTIFACT_NOT_FOUND: 'There is no artifact at this path.',
  ARTIFACT_ELSEWHERE:
    'The artifact refers to content outside the store; the message has its address.',
  LOGGED_MODEL_NOT_FOUND: 'No logged model has this id.',
  PURGE_REFUSED: 'A model version or an artifact still needs the thing to purge.',
  PURGED: 'The part was purged, so nothing can be written under its name again.',
  LOGGED_MODEL_DELETED: 'The logged model is deleted; restore it before you write to it.',
  STORE_URI_UNSUPPORTED: 'This kind of store address cannot be opened here.',
  STORE_IS_MLRUNS: 'The folder is an MLflow file store; import it first.',
  MLRUNS_INVALID: 'The folder is not an MLflow file store that can be imported.',
  STORE_NOT_FOUND: 'There is no Tidemark store at this place.',
  STORE_FOLDER_IN_USE: 'The folder holds other files and is not a Tidemark store.',
  STORE_FORMAT_TOO_NEW: 'The store was written by a newer version of Tidemark.',
  STORE_DAMAGED: 'A file of the store is damaged.',
  CAPABILITY_MISSING: 'This kind of store does not have the capability that the call needs.',
  STORE_CLOSED: 'The store was closed before this call.',
  READ_FAILED: 'The operating system refused a read.',
  WRITE_FAILED: 'The operating system refused a write; nothing was acknowledged.',
  REGISTRY_CONFLICT: 'Another process or user changed the registered model first.',
  TRANSITION_REFUSED:
    'A rule of the registered model is not fulfilled; the message names what is missing.',
  TRANSITION_REQUEST_NOT_FOUND: 'The registered model has no such transition request.',
  TRANSITION_REQUEST_CLOSED: 'The transition request was decided or cancelled already.',
  COMMENT_NOT_FOUND: 'The registered model has no such comment.',
  COMMENT_NOT_YOURS: 'Only the author of a comment can change or delete it.',
  HISTORY_UNAVAILABLE: 'The store keeps no history of its registered models.',
  MERGE_DIVERGED: 'Two stores have different content in the same place, so nothing was merged.',
  MODEL_EXISTS: 'A registered model of this name already exists.',
  MODEL_NOT_FOUND: 'No registered model has this name.',
  MODEL_VERSION_NOT_FOUND: 'The registered model has no such version.',
  MODEL_ALIAS_NOT_FOUND: 'The registered model has no such alias.',
  MODEL_URI_INVALID:
    'A model address does not have the form models:/name/version or a similar one.',
  MLMODEL_INVALID: 'An MLmodel file is missing or invalid.',
  FLAVOR_UNKNOWN: 'The model has no flavor that can be loaded here.',
  DIGEST_MISMATCH: 'Bytes differ from the digest that was recorded for them.',
  DELTA_TABLE_NOT_FOUND: 'There is no Delta table at this place.',
  DELTA_VERSION_NOT_FOUND:
    'The Delta table has no such version, or its log no longer reaches back to it.',
  DELTA_FEATURE_UNSUPPORTED:
    'The Delta table needs a feature that this reader or writer does not have.',
  DELTA_LOG_INVALID: 'The log of the Delta table breaks the Delta protocol.',
  DELTA_FILES_MISSING:
    'Data files of this version are missing, probably because VACUUM removed them.',
  DELTA_TABLE_EXISTS: 'A Delta table already exists at this place.',
  DELTA_COMMIT_CONFLICT: 'Another writer committed a change that this commit cannot follow.',
  LAKE_DAMAGED: 'The lake of the store cannot be read, or a file of it is missing.',
  LAKE_FORMAT_TOO_NEW: 'A newer version of Tidemark wrote the lake of the store.',
  LAKE_FOREIGN: 'The folder of the lake has tables of another store or of another program.',
  SQL_INVALID: 'The SQL has a mistake, or failed on the data.',
  SQL_FORBIDDEN: 'The SQL does more than read the tables of the store.',
  SQL_OUT_OF_MEMORY: 'The query needs more memory than it may have.',
  SQL_TIMED_OUT: 'The query took longer than it may.',
  SQL_BUSY: 'Too many queries wait already; ask again later.',
  QUERY_CLOSED: 'The query session was closed before or during this call.',
  AUTH_FILE_INVALID:
    'The file of users and tokens is missing or invalid, or other users can read it.',
  UNAUTHENTICATED: 'The request has no credentials, or wrong, expired or revoked ones.',
  PERMISSION_DENIED: 'The user has no role that allows this.',
  TOO_MANY_ATTEMPTS: 'Too many logins failed; the message says when to try again.',
  SERVER_UNREACHABLE: 'The server cannot be reached, or closed the connection before it answered.',
  SERVER_FAILED: 'The server failed, or its answer does not match the request.',
  SERVER_UNSUITABLE:
    'The address answers, but not with the REST API of MLflow that this call needs.',
  SERVER_EXPOSED: 'A server without authentication must not be reachable from other machines.',
  MODEL_SOURCE_UNSAFE:
    'The source of a model version is not at a place that is allowed for its files.',
  WEBHOOK_NOT_FOUND: 'No webhook has this id.',
  WEBHOOK_URL_FORBIDDEN: 'A webhook address is not https, or leads to a private network.',
  SECRET_KEY_INVALID:
    'The key that encrypts secrets at rest is missing, malformed, or not the one that encrypted them.',
  POLICY_INVALID: 'The policy of the merge gate has a mistake; the message lists every one.',
  POLICY_NOT_FOUND: 'The merge gate found no policy, or the policy does not have the model.',
  STORE_UNTRUSTED:
    'The author of the pull request can change the store, so its content proves nothing.',
  EVENT_UNSUPPORTED: 'An event that the merge gate does not support started it.',
  GITHUB_API_FAILED: "GitHub's API did not return what the merge gate requested.",
  PACKAGE_MISSING: 'An optional package that this call needs is not installed.',
} as const;

/** A stable error code: what programs match on (across packages by code, never by `instanceof`). */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The one error type of Tidemark. `code` is stable. `message` says what happened, why, and what to do. `details` has
 * the values that a program may need.
 *
 * @example
 * ```ts
 * try {
 *   await getRun(store, runId);
 * } catch (error) {
 *   if (isTidemarkError(error, 'RUN_NOT_FOUND')) console.error('There is no such run.');
 *   else throw error;
 * }
 * ```
 */
export class TidemarkError extends Error {
  override readonly name = 'TidemarkError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/**
 * Whether `error` is a Tidemark error (with this code, if you give one). It also recognises errors of another copy of
 * the package.
 */
export function isTidemarkError(error: unknown, code?: ErrorCode): error is TidemarkError {
  try {
    return (
      error instanceof Error &&
      error.name === 'TidemarkError' &&
      'code' in error &&
      (code === undefined || error.code === code)
    );
  } catch {
    // A proxy that refuses every read, or an error whose getters throw, is not a TidemarkError.
    return false;
  }
}
