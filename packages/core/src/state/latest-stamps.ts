import { subjectOf } from '../events/event-subject.ts';
import { latestWins } from '../events/latest-wins.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { StoreState } from './store-state.ts';

const NONE: readonly number[] = [];

/**
 * Returns for each event the latest known stamp of what it changes, in microseconds. Where only the latest value
 * counts, the event needs a later stamp to have an effect. Returns an empty list if that is so for no event.
 */
export function latestStamps(state: StoreState, events: readonly StoreEvent[]): readonly number[] {
  if (!events.some(latestWins)) return NONE;
  return events.map((event) => (latestWins(event) ? latestStampUs(state, event) : 0));
}

function latestStampUs(state: StoreState, event: StoreEvent): number {
  const subject = subjectOf(event);
  const fold =
    'run' in subject
      ? state.run(subject.run)
      : 'model' in subject
        ? state.loggedModels.get(subject.model)
        : state.experiments.get(subject.experiment);
  return fold?.latestStampUs ?? 0;
}
