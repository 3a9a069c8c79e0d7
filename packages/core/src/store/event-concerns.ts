import type { StoreEvent } from '../events/store-event.ts';
import type { LoggedModelId, RunId } from '../model/ids.ts';

/** Whether an event is part of the state of this run or logged model. */
export function eventConcerns(event: StoreEvent, id: RunId | LoggedModelId): boolean {
  switch (event.kind) {
    case 'experiment-created':
    case 'experiment-updated':
      return false;
    case 'model-created':
    case 'model-updated':
    case 'model-tags':
    case 'model-params':
      return event.model === id;
    case 'purged':
      return event.run === id || event.model === id;
    case 'artifact':
    case 'artifact-removed':
      return ('run' in event.owner ? event.owner.run : event.owner.model) === id;
    default:
      return event.run === id;
  }
}
