import { TidemarkError } from '../errors.ts';
import { LIMITS } from '../model/limits.ts';

/** A description or a comment: no longer than a tag of the registry may be. @throws INVALID_ARGUMENT */
export function assertText(text: string | undefined, what: 'comment' | 'description'): void {
  const problem =
    text === undefined || text.length <= LIMITS.registryTagValueLength
      ? undefined
      : `has ${text.length} characters; at most ${LIMITS.registryTagValueLength} are allowed`;
  if (problem === undefined) return;
  throw new TidemarkError('INVALID_ARGUMENT', `The ${what} ${problem}.`);
}
