import type { RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { runId, type TagChanges, tagChanges } from '../field-values.ts';
import { keyedValues, withoutPurged } from '../keyed-values.ts';

/** Tags of a run were set or deleted. */
export interface TagsSet {
  readonly kind: 'tags';
  readonly run: RunId;
  readonly tags: TagChanges;
}

const keyed = keyedValues<TagsSet>('tag', 'tags');

export const tagsSet: EventKind<TagsSet> = eventKind({
  decode: (fields) => ({ kind: 'tags', run: runId(fields.run), tags: tagChanges(fields.tags) }),
  subject: ({ run }) => ({ run }),
  without: withoutPurged(keyed),
  keyed,
});
