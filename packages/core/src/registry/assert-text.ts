import { TidemarkError } from '../errors.ts';
import { LIMITS } from '../model/limits.ts';

/**
 * Checks the text of a description or a comment: it is a string, no longer than the value of a registry tag may be.
 * @throws INVALID_ARGUMENT
 */
export function assertText(text: string | undefined, what: 'comment' | 'description'): void {
  const problem =
    text === undefined || text.length <= LIMITS.registryTagValueLength
      ? undefined
      : `has ${text.length} characters; at most ${LIMITS.registryTagValueLength} are allowed`;
  if (problem === undefined) return;
  throw new TidemarkError('INVALID_ARGUMENT', `The ${what} ${problem}. Give a shorter text.`);
}
