import type { LoggedModelId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { modelId, type TagChanges, tagChanges, time } from '../field-values.ts';
import { keyedValues } from '../keyed-values.ts';

/** Tags of a logged model were set or deleted. */
export interface LoggedModelTagsSet {
  readonly kind: 'model-tags';
  readonly model: LoggedModelId;
  readonly timeMs: number;
  readonly tags: TagChanges;
}

const keyed = keyedValues<LoggedModelTagsSet>('tag', 'tags');

export const loggedModelTagsSet: EventKind<LoggedModelTagsSet> = eventKind({
  decode: (fields, stampMs) => ({
    kind: 'model-tags',
    model: modelId(fields.model),
    timeMs: time(fields.timeMs, stampMs),
    tags: tagChanges(fields.tags),
  }),
  subject: ({ model }) => ({ model }),
  // Without tags it still records when the model was last changed.
  without: keyed.without,
  keyed,
});
