import { TidemarkError } from '../errors.ts';
import type { TagsSet } from '../events/store-event.ts';
import type { RunId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertKey } from '../model/names.ts';

/** Checks tags: the event to append. @throws INVALID_KEY, INVALID_ARGUMENT */
export function planTags(runId: RunId, tags: Readonly<Record<string, string>>): TagsSet {
  assertTags(tags);
  return { kind: 'tags', run: runId, tags };
}

/** @throws INVALID_KEY, INVALID_ARGUMENT */
export function assertTags(tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    assertKey(key, 'tag');
    if (typeof value !== 'string') {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `The tag ${JSON.stringify(key)} is a ${typeof value}, not a string.`,
        { details: { key } },
      );
    }
    if (value.length > LIMITS.tagValueLength) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `The value of tag ${JSON.stringify(key)} has ${value.length} characters; at most ${LIMITS.tagValueLength} are allowed. Log it as an artifact with logText.`,
        { details: { key } },
      );
    }
  }
}
