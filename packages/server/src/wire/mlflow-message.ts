import { posix } from 'node:path';
import { type ErrorCode, LIMITS, type TidemarkError } from '@tidemark/core';

type Details = Readonly<Record<string, unknown>>;

/**
 * MLflow's texts for the errors whose texts clients match. The values come from the details of the error. Other
 * errors keep their own text.
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
  MODEL_VERSION_NOT_FOUND: ({ model, version, stage }) =>
    version === undefined
      ? `No versions of model with name '${model}' and stage '${stage}' found`
      : `Model Version (name=${model}, version=${version}) not found`,
  MODEL_ALIAS_NOT_FOUND: ({ alias }) => `Registered model alias ${alias} not found.`,
  INVALID_KEY: invalidName,
};

/** Returns the message that a client of MLflow gets for an error. */
export function mlflowMessage(error: TidemarkError): string {
  return MESSAGES[error.code]?.(error.details) ?? error.message;
}

function notActive(what: string, id: unknown): string {
  return `The ${what} ${id} must be in the 'active' state. Current state is deleted.`;
}

/** MLflow's messages for names that are too long or invalid (utils/validation.py), by the kind of name. */
const BAD_NAMES: Readonly<Record<string, (name: string) => string | undefined>> = {
  'experiment name': (name) =>
    name.length > LIMITS.experimentNameLength
      ? `'name' exceeds the maximum length of ${LIMITS.experimentNameLength} characters`
      : undefined,
  'registered model name': (name) => {
    if (/[/:]/.test(name)) return `Invalid model name '${name}'. Names cannot contain '/' or ':'.`;
    return name === '.' || name.startsWith('..') ? notAPath(name, 'name') : undefined;
  },
  'logged model name': (name) =>
    `Invalid model name ('${name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`,
};

/** MLflow's utils/validation.py: `bad_character_message`, `bad_path_message`, `exceeds_maximum_length`. */
function invalidName({ what, key, alias, name }: Details): string | undefined {
  if (typeof alias === 'string' && /^latest$/i.test(alias)) {
    return `'${alias}' alias name (case insensitive) is reserved.`;
  }
  if (typeof alias === 'string' && /^v\d+$/i.test(alias)) {
    return `Version alias name '${alias}' is reserved.`;
  }
  if (alias === '') return 'Registered model alias name cannot be empty.';
  if (typeof alias === 'string') {
    return /^[\w-]*$/.test(alias)
      ? `'Registered model alias name' exceeds the maximum length of ${LIMITS.aliasLength} characters`
      : `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`;
  }
  if (typeof name === 'string') return BAD_NAMES[String(what)]?.(name);
  if (typeof key !== 'string' || key === '') return undefined;
  const [field, title] = what === 'metric' ? ['name', 'Metric name'] : ['key', 'key'];
  if (key.length > LIMITS.keyLength) {
    return `'${title}' exceeds the maximum length of ${LIMITS.keyLength} characters`;
  }
  const invalid = `Invalid value ${JSON.stringify(key)} for parameter '${field}' supplied:`;
  return /^[/\p{L}\p{N}_.\- :]*$/u.test(key)
    ? notAPath(key, field)
    : `${invalid} Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`;
}

function notAPath(name: string, field: string): string {
  return `Invalid value ${JSON.stringify(name)} for parameter '${field}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${posix.normalize(name)}'`;
}
