import { TidemarkError } from '../errors.ts';
import { LIMITS } from './limits.ts';

// MLflow: utils/validation.py, _VALID_PARAM_AND_METRIC_NAMES and path_not_unique.
// Python's \w takes the letters and digits of every script.
const KEY = /^[/\p{L}\p{N}_.\- :]+$/u;
const ALIAS = /^[\p{L}\p{N}_-]+$/u;
const RESERVED_ALIAS = /^(latest|v\d+)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Checks the key of a metric, param or tag by MLflow's rules: letters, digits and `_ / . - space :`,
 * at most 250 characters, and its own normalised path (so never `..`, `/x` or `a//b`).
 * @throws INVALID_KEY
 */
export function assertKey(key: string, what: 'metric' | 'param' | 'tag'): void {
  const problem =
    key.length === 0
      ? 'is empty'
      : key.length > LIMITS.keyLength
        ? `has ${key.length} characters; at most ${LIMITS.keyLength} are allowed`
        : !KEY.test(key)
          ? 'may contain only letters, digits, underscores, dashes, periods, spaces, colons and slashes'
          : isNormalPath(key)
            ? undefined
            : 'must be a plain relative path when it contains slashes or dots';
  if (problem !== undefined) {
    throw new TidemarkError('INVALID_KEY', `The ${what} key ${quote(key)} ${problem}.`, {
      details: { what, key },
    });
  }
}

/** @throws INVALID_KEY when the name is blank, too long or has control characters */
export function assertExperimentName(name: string): void {
  assertName(name, 'experiment name', LIMITS.experimentNameLength, '');
}

/** MLflow: a registered model's name is not blank and has neither `/` nor `:`. @throws INVALID_KEY */
export function assertModelName(name: string): void {
  assertName(name, 'registered model name', LIMITS.modelNameLength, '/:');
}

/** MLflow: a logged model's name has none of `/ : . % " '`. @throws INVALID_KEY */
export function assertLoggedModelName(name: string): void {
  assertName(name, 'logged model name', LIMITS.modelNameLength, '/:.%"\'');
}

/** MLflow: letters, digits, `_` and `-`; never `latest` or `v1`. @throws INVALID_KEY */
export function assertAlias(alias: string): void {
  if (ALIAS.test(alias) && alias.length <= LIMITS.aliasLength && !RESERVED_ALIAS.test(alias))
    return;
  throw new TidemarkError(
    'INVALID_KEY',
    `The alias ${quote(alias)} is not allowed: use letters, digits, underscores and dashes, and neither "latest" nor a version such as "v1".`,
    { details: { alias } },
  );
}

/** MLflow's `path_not_unique`: a key with slashes is a path below a folder and must stay one. */
function isNormalPath(key: string): boolean {
  return (
    !key.startsWith('/') &&
    !key.startsWith('..') &&
    key.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function assertName(name: string, what: string, limit: number, forbidden: string): void {
  const problem =
    name.trim() === ''
      ? 'is blank'
      : name.length > limit
        ? `has ${name.length} characters; at most ${limit} are allowed`
        : CONTROL.test(name) || !name.isWellFormed()
          ? 'contains control characters or broken Unicode'
          : [...forbidden].some((character) => name.includes(character))
            ? `must not contain any of ${[...forbidden].join(' ')}`
            : undefined;
  if (problem !== undefined) {
    throw new TidemarkError('INVALID_KEY', `The ${what} ${quote(name)} ${problem}.`, {
      details: { what, name },
    });
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
