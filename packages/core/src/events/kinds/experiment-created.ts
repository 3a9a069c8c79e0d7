import type { ExperimentId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { experimentId, experimentName, keyedTexts, optional, time } from '../field-values.ts';
import { keyedValues } from '../keyed-values.ts';

/** An experiment was created. */
export interface ExperimentCreated {
  readonly kind: 'experiment-created';
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly timeMs: number;
  readonly tags?: Readonly<Record<string, string>>;
}

const tags = keyedValues<ExperimentCreated>('tag', 'tags');

export const experimentCreated: EventKind<ExperimentCreated> = eventKind({
  decode: (fields, stampMs) => ({
    kind: 'experiment-created',
    experiment: experimentId(fields.experiment),
    name: experimentName(fields.name),
    timeMs: time(fields.timeMs, stampMs),
    ...optional('tags', fields.tags, keyedTexts),
  }),
  subject: ({ experiment }) => ({ experiment }),
  // A new experiment cannot be soft-deleted yet.
  place: () => undefined,
  without: tags.without,
});
