import { posix } from 'node:path';
import { type ErrorCode, LIMITS, type TidemarkError } from '@tidemark/core';

type Details = Readonly<Record<string, unknown>>;

/**
 * MLflow's words for errors whose words clients match on; the values come from the error's details. An
 * error without them here goes out in its own words.
 */
const MESSAGES: Partial<Readonly<Record<ErrorCode, (details: Details) => string | undefined>>> = {
  RUN_NOT_FOUND: ({ runId }) => `Run with id=${runId} not found`,
  RUN_DELETED: ({ runId }) => notActive('run', runId),
  EXPERIMENT_NOT_FOUND: ({ experimentId }) => `No Experiment with id=${experimentId} exists`,
  EXPERIMENT_DELETED: ({ experimentId }) => notActive('experiment', experimentId),
  PARAM_CONFLICT: ({ owner, key, value, rejected }) =>
    `Changing param values is not allowed. Param with key='${key}' was already logged with value='${value}' for ${String(owner).replace(/^run (.*)/, "run ID='$1'")}. Attempted logging new value '${rejected}'.`,
  LOGGED_MODEL_NOT_FOUND: ({ modelId }) =>
    modelId === undefined ? undefined : `Logged model with ID '${modelId}' not found.`,
  ARTIFACT_NOT_FOUND: ({ path }) => `No such artifact: '${path}'`,
  ARTIFACT_PATH_UNSAFE: () => 'Invalid path',
  MODEL_EXISTS: ({ model }) => `Registered Model (name=${model}) already exists.`,
  MODEL_NOT_FOUND: ({ model }) => `Registered Model with name=${model} not found`,
  MODEL_VERSION_NOT_FOUND: ({ model, version }) =>
    `Model Version (name=${model}, version=${version}) not found`,
  MODEL_ALIAS_NOT_FOUND: ({ alias }) => `Registered model alias ${alias} not found.`,
  INVALID_KEY: invalidName,
};

/** The message that a client of MLflow gets for an error. */
export function mlflowMessage(error: TidemarkError): string {
  return MESSAGES[error.code]?.(error.details) ?? error.message;
}

function notActive(what: string, id: unknown): string {
  return `The ${what} ${id} must be in the 'active' state. Current state is deleted.`;
}

/** utils/validation.py: `bad_character_message`, `bad_path_message`, `exceeds_maximum_length`. */
function invalidName({ key, alias }: Details): string | undefined {
  if (typeof alias === 'string' && /^(latest|v\d+)$/i.test(alias)) {
    return `Version alias name '${alias}' is reserved.`;
  }
  if (typeof key !== 'string' || key === '') return undefined;
  if (key.length > LIMITS.keyLength) {
    return `'key' exceeds the maximum length of ${LIMITS.keyLength} characters`;
  }
  const invalid = `Invalid value ${JSON.stringify(key)} for parameter 'key' supplied:`;
  return /^[/\p{L}\p{N}_.\- :]*$/u.test(key)
    ? `${invalid} Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${posix.normalize(key)}'`
    : `${invalid} Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`;
}
