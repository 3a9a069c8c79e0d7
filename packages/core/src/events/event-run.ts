import type { RunId } from '../model/ids.ts';
import type { StoreEvent } from './store-event.ts';

/** The run whose state an event is part of; `undefined` for events of experiments and of logged models. */
export function runOf(event: StoreEvent): RunId | undefined {
  switch (event.kind) {
    case 'experiment-created':
    case 'experiment-updated':
    case 'model-created':
    case 'model-updated':
    case 'model-tags':
    case 'model-params':
      return undefined;
    case 'artifact':
    case 'artifact-removed':
      return 'run' in event.owner ? event.owner.run : undefined;
    default:
      return event.run;
  }
}

/** Whether a run is over with this event. */
export function endsRun(event: StoreEvent): boolean {
  return (
    event.kind === 'run-updated' &&
    (event.status === 'FINISHED' || event.status === 'FAILED' || event.status === 'KILLED')
  );
}

/** Whether whoever writes this event is at work on the run, and not only naming or sorting it. */
export function isWorkOnRun(event: StoreEvent): boolean {
  switch (event.kind) {
    case 'run-created':
    case 'params':
    case 'metrics':
    case 'metric-series':
    case 'dataset':
      return true;
    case 'run-updated':
      return event.status !== undefined && !endsRun(event);
    default:
      return false;
  }
}
