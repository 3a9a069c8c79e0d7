import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { TidemarkError } from '../errors.ts';
import { assertArguments, shownInput } from './plain-input.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The id of a run. New ids have 32 hexadecimal digits; any id that MLflow accepts can be read. */
export type RunId = Branded<'RunId'>;
/** The id of an experiment: a number in a string, as MLflow's clients expect. `"0"` is the experiment Default. */
export type ExperimentId = Branded<'ExperimentId'>;
/** The id of a logged model: `m-` and 32 hexadecimal digits. */
export type LoggedModelId = Branded<'LoggedModelId'>;

/** The experiment that every store has. */
export const DEFAULT_EXPERIMENT_ID: ExperimentId = '0' as ExperimentId;
/** The name of the experiment that every store has, as in MLflow. */
export const DEFAULT_EXPERIMENT_NAME = 'Default';

// MLflow's rules: utils/validation.py (_RUN_ID_REGEX, _EXPERIMENT_ID_REGEX). `models` is the folder of an
// experiment's logged models, next to those of its runs; `artifacts` is in each of them.
const RUN_ID = /^(?!(?:models|artifacts)$)[a-zA-Z0-9][\w-]{0,255}$/;
const EXPERIMENT_ID = /^[a-zA-Z0-9][\w-]{0,63}$/;
const LOGGED_MODEL_ID = /^m-[\w-]{1,64}$/;

/** Returns a new run id: 32 random hexadecimal digits, like MLflow's uuid4 hex. */
export function newRunId(): RunId {
  return bytesToHex(randomBytes(16)) as RunId;
}

/** Returns a new logged model id: `m-` and 32 random hexadecimal digits. */
export function newLoggedModelId(): LoggedModelId {
  return `m-${bytesToHex(randomBytes(16))}` as LoggedModelId;
}

/**
 * Returns the id that an experiment of this name gets in every store: `"0"` for Default, otherwise 18 digits from the
 * SHA-256 of the name. So stores that were created independently agree. If an id is taken because its experiment was
 * renamed, try again with the next `attempt`. Default 0.
 */
export function experimentIdFromName(name: string, attempt = 0): ExperimentId {
  assertArguments({ name, attempt }, 'experimentIdFromName', { name: 'string', attempt: 'number' });
  if (name === DEFAULT_EXPERIMENT_NAME && attempt === 0) return DEFAULT_EXPERIMENT_ID;
  const digest = sha256(utf8ToBytes(attempt === 0 ? name : `${name}\n${attempt}`));
  const number = BigInt(`0x${bytesToHex(digest.subarray(0, 8))}`);
  // 10^17 … 10^18 - 1: always 18 digits, never a leading zero, as in MLflow's file store.
  return (10n ** 17n + (number % (9n * 10n ** 17n))).toString() as ExperimentId;
}

/** @throws INVALID_ID */
export function parseRunId(text: string): RunId {
  return parseId(text, RUN_ID, 'run id') as RunId;
}

/** @throws INVALID_ID */
export function parseExperimentId(text: string): ExperimentId {
  return parseId(text, EXPERIMENT_ID, 'experiment id') as ExperimentId;
}

/** @throws INVALID_ID */
export function parseLoggedModelId(text: string): LoggedModelId {
  return parseId(text, LOGGED_MODEL_ID, 'logged model id') as LoggedModelId;
}

function parseId(text: string, pattern: RegExp, what: string): string {
  if (typeof text === 'string' && pattern.test(text)) return text;
  throw new TidemarkError('INVALID_ID', `${shownInput(text)} is not a ${what}.`, {
    details: { value: text },
  });
}
