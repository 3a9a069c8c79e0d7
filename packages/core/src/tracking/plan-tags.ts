import { TidemarkError } from '../errors.ts';
import type { TagsSet } from '../events/kinds/tags.ts';
import type { RunId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertKey } from '../model/names.ts';
import { assertRecord, kindOf } from '../model/plain-input.ts';

/** Checks tags, and returns the event to append. @throws INVALID_KEY, INVALID_ARGUMENT */
export function planTags(runId: RunId, tags: Readonly<Record<string, string>>): TagsSet {
  assertTags(tags);
  return { kind: 'tags', run: runId, tags };
}

/** Checks tags whose values have at most `greatestLength` characters. @throws INVALID_KEY, INVALID_ARGUMENT */
export function assertTags(
  tags: Readonly<Record<string, string>>,
  greatestLength: number = LIMITS.tagValueLength,
): void {
  assertRecord(tags, 'tags');
  for (const [key, value] of Object.entries(tags)) {
    assertKey(key, 'tag');
    if (typeof value !== 'string') {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `The tag ${JSON.stringify(key)} is ${kindOf(value)}, not a string. Give a string.`,
        { details: { key } },
      );
    }
    if (value.length > greatestLength) {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `The value of tag ${JSON.stringify(key)} has ${value.length} characters; at most ${greatestLength} are allowed. Log it as an artifact with logText.`,
        { details: { key } },
      );
    }
  }
}
