import type { StoreEvent } from './store-event.ts';

const LATEST_WINS: ReadonlySet<StoreEvent['kind']> = new Set([
  'run-created',
  'run-updated',
  'tags',
  'model-created',
  'model-updated',
  'model-tags',
  'experiment-updated',
  'artifact',
  'artifact-removed',
]);

/** Whether an event sets something of which the latest value wins, such as a tag, a status or a stage. */
export function latestWins(event: StoreEvent): boolean {
  return LATEST_WINS.has(event.kind);
}
