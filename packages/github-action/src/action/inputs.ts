import { TidemarkError } from '@tidemark/core';
import type { Env } from './env.ts';

/** The path of the policy if the input `policy` is not given. */
const DEFAULT_POLICY_PATH = '.github/model-gate.yml';

/** The inputs of the action (action.yml), after the checks that need nothing else. */
export interface Inputs {
  /** The policy's path in the repository. */
  readonly policyPath: string;
  /** The store: a path or a `file:` URI, as given. */
  readonly store: string;
  /** Judge only this model of the policy. */
  readonly model?: string;
  readonly githubToken: string;
}

/**
 * Reads the inputs from the environment, where the runner puts them: `INPUT_` and the name in capitals.
 * @throws INVALID_ARGUMENT, naming the input and what to give
 */
export function readInputs(env: Env): Inputs {
  const model = inputOf(env, 'model');
  return {
    policyPath: policyPath(inputOf(env, 'policy')),
    store: required(env, 'store', 'the folder of the Tidemark store, outside the workspace'),
    ...(model === '' ? {} : { model }),
    githubToken: required(
      env,
      'github-token',
      'a token that may read the contents of the repository',
    ),
  };
}

/** The value of an input, trimmed; empty if it was not given, as in the runner. */
export function inputOf(env: Env, name: string): string {
  return (env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

function required(env: Env, name: string, what: string): string {
  const value = inputOf(env, name);
  if (value !== '') return value;
  throw invalid(name, `is missing. Give ${what}.`);
}

function policyPath(given: string): string {
  const path = given === '' ? DEFAULT_POLICY_PATH : given;
  const names = path.split('/');
  if (!names.includes('') && !names.includes('.') && !names.includes('..')) return path;
  throw invalid(
    'policy',
    `is ${JSON.stringify(path)}. Give a path in the repository without a leading slash, such as "${DEFAULT_POLICY_PATH}".`,
  );
}

function invalid(name: string, problem: string): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', `The input "${name}" ${problem}`, {
    details: { input: name },
  });
}
