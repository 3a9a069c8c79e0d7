import type { ExperimentId } from '../../model/ids.ts';
import type { LifecycleStage } from '../../model/lifecycle.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import {
  experimentId,
  experimentName,
  optional,
  stage,
  type TagChanges,
  tagChanges,
  time,
} from '../field-values.ts';
import { keyedValues } from '../keyed-values.ts';

/** The name, the lifecycle stage or tags of an experiment changed. */
export interface ExperimentUpdated {
  readonly kind: 'experiment-updated';
  readonly experiment: ExperimentId;
  readonly timeMs: number;
  readonly name?: string;
  readonly stage?: LifecycleStage;
  readonly tags?: TagChanges;
}

const tags = keyedValues<ExperimentUpdated>('tag', 'tags');

export const experimentUpdated: EventKind<ExperimentUpdated> = eventKind({
  decode: (fields, stampMs) => ({
    kind: 'experiment-updated',
    experiment: experimentId(fields.experiment),
    timeMs: time(fields.timeMs, stampMs),
    ...optional('name', fields.name, experimentName),
    ...optional('stage', fields.stage, stage),
    ...optional('tags', fields.tags, tagChanges),
  }),
  subject: ({ experiment }) => ({ experiment }),
  stage: (event) => event.stage,
  without: tags.without,
  keyed: tags,
});
