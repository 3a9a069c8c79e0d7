import { TidemarkError } from '../errors.ts';
import { LIMITS } from './limits.ts';
import { assertString } from './plain-input.ts';

// MLflow: utils/validation.py, _VALID_PARAM_AND_METRIC_NAMES and path_not_unique.
// Python's \w takes the letters and digits of every script.
const KEY = /^[/\p{L}\p{N}_.\- :]+$/u;
/**
 * Most keys have only these characters. They need no further check, because neither a slash nor a dot is among them.
 */
const PLAIN_KEY = /^[A-Za-z0-9_\- :]+$/;
const ALIAS = /^[\p{L}\p{N}_-]+$/u;
const RESERVED_ALIAS = /^(latest|v\d+)$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern searches for them
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Checks the key of a metric, param or tag by MLflow's rules: letters, digits and `_ / . - space :`,
 * at most 250 characters, and its own normalised path (so never `..`, `/x` or `a//b`).
 * @throws INVALID_KEY
 */
export function assertKey(key: string, what: 'metric' | 'param' | 'tag'): void {
  assertString(what, 'what of assertKey');
  assertString(key, `The ${what} key`);
  const problem = keyProblem(key);
  if (problem !== undefined) {
    throw new TidemarkError('INVALID_KEY', `The ${what} key ${quote(key)} ${problem}.`, {
      details: { what, key },
    });
  }
}

/** Keys that passed the check, cached because a training logs the same few keys a million times. */
const checkedKeys = new Set<string>();
const CHECKED_KEYS_LIMIT = 10_000;

/** Returns why `assertKey` refuses a key, as the end of a sentence; `undefined` for a valid key. */
export function keyProblem(key: string): string | undefined {
  if (checkedKeys.has(key)) return undefined;
  if (key.length === 0) return 'is empty';
  if (key.length > LIMITS.keyLength) {
    return `has ${key.length} characters; at most ${LIMITS.keyLength} are allowed`;
  }
  if (!PLAIN_KEY.test(key)) {
    if (!KEY.test(key)) {
      return 'may contain only letters, digits, underscores, dashes, periods, spaces, colons and slashes';
    }
    if (!isNormalPath(key)) return 'must be a plain relative path when it contains slashes or dots';
  }
  // Cleared and not kept full: each key is checked twice, when it is planned and when it is written.
  if (checkedKeys.size === CHECKED_KEYS_LIMIT) checkedKeys.clear();
  checkedKeys.add(key);
  return undefined;
}

/** @throws INVALID_KEY when the name is blank, too long or has control characters */
export function assertExperimentName(name: string): void {
  assertName(name, 'experiment name', experimentNameProblem);
}

/** Returns why `assertExperimentName` refuses a name, as the end of a sentence; `undefined` for a valid name. */
export function experimentNameProblem(name: string): string | undefined {
  return nameProblem(name, LIMITS.experimentNameLength, '');
}

/**
 * Checks the name of a registered model by MLflow's rules: it is not blank, contains neither `/` nor `:`, is not `.`
 * and does not begin with `..`. @throws INVALID_KEY
 */
export function assertModelName(name: string): void {
  assertName(
    name,
    'registered model name',
    (text) =>
      nameProblem(text, LIMITS.modelNameLength, '/:') ??
      (text === '.' || text.startsWith('..')
        ? 'must not be "." and must not begin with ".."'
        : undefined),
  );
}

/** Checks the name of a logged model by MLflow's rules: it contains none of `/ : . % " '`. @throws INVALID_KEY */
export function assertLoggedModelName(name: string): void {
  assertName(name, 'logged model name', loggedModelNameProblem);
}

/** Returns why `assertLoggedModelName` refuses a name, as the end of a sentence; `undefined` for a valid name. */
export function loggedModelNameProblem(name: string): string | undefined {
  return nameProblem(name, LIMITS.modelNameLength, '/:.%"\'');
}

/**
 * Checks an alias by MLflow's rules: letters, digits, `_` and `-`, and neither `latest` nor a version such as `v1`.
 * @throws INVALID_KEY
 */
export function assertAlias(alias: string): void {
  assertString(alias, 'The alias');
  if (ALIAS.test(alias) && alias.length <= LIMITS.aliasLength && !RESERVED_ALIAS.test(alias))
    return;
  throw new TidemarkError(
    'INVALID_KEY',
    `The alias ${quote(alias)} is not allowed: use letters, digits, underscores and dashes, and neither "latest" nor a version such as "v1".`,
    { details: { alias } },
  );
}

/** MLflow's `path_not_unique`: a key with slashes must be a normalised path below a folder. */
function isNormalPath(key: string): boolean {
  return (
    !key.startsWith('/') &&
    !key.startsWith('..') &&
    key.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function nameProblem(name: string, limit: number, forbidden: string): string | undefined {
  if (name.trim() === '') return 'is blank';
  if (name.length > limit) return `has ${name.length} characters; at most ${limit} are allowed`;
  if (CONTROL.test(name) || !name.isWellFormed()) {
    return 'contains control characters or broken Unicode';
  }
  const isForbidden = [...forbidden].some((character) => name.includes(character));
  return isForbidden ? `must not contain any of ${[...forbidden].join(' ')}` : undefined;
}

function assertName(
  name: string,
  what: string,
  problemOf: (name: string) => string | undefined,
): void {
  assertString(name, `The ${what}`);
  const problem = problemOf(name);
  if (problem === undefined) return;
  throw new TidemarkError('INVALID_KEY', `The ${what} ${quote(name)} ${problem}.`, {
    details: { what, name },
  });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
