import type { StoreEvent } from '../events/store-event.ts';
import { purgedThing } from '../fold/purge-fold.ts';
import type { ExperimentId } from '../model/ids.ts';

/** Whether the points of one metric of a run were purged: the key, the run, or its experiment. */
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
