import type { StoreEvent } from '../events/store-event.ts';
import { purgedThing } from '../fold/purge-fold.ts';
import type { ExperimentId } from '../model/ids.ts';

/**
 * Whether one metric's points among a run's events are gone for ever: with the key, with the run, or
 * with its experiment.
 */
export function isHistoryPurged(
  events: readonly StoreEvent[],
  key: string,
  isExperimentPurged: (id: ExperimentId) => boolean,
): boolean {
  return events.some((event) => {
    if (event.kind === 'run-created') return isExperimentPurged(event.experiment);
    if (event.kind !== 'purged') return false;
    const { part, key: purgedKey } = purgedThing(event);
    return part === undefined || (part === 'metric' && purgedKey === key);
  });
}
