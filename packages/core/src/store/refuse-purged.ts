import { TidemarkError } from '../errors.ts';
import { runOf } from '../events/event-run.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { stripRunEvent } from '../fold/purged-things.ts';
import type { StoreState } from './store-state.ts';

/**
 * Refuses events of a run that is known to be purged, and of its parts that were: nobody would ever
 * see them. What is written before the purge was seen stays hidden.
 * @throws RUN_NOT_FOUND, PURGED
 */
export function refusePurged(state: StoreState, events: readonly StoreEvent[]): void {
  for (const event of events) {
    const runId = event.kind === 'purged' ? undefined : runOf(event);
    const purges = runId === undefined ? undefined : state.runs.get(runId)?.purges;
    if (runId === undefined || purges === undefined) continue;
    if (purges.isWhole) {
      throw new TidemarkError('RUN_NOT_FOUND', `The run ${runId} was purged. Start another.`, {
        details: { runId },
      });
    }
    const isWhole =
      event.kind === 'artifact'
        ? !purges.has('artifact', event.file.path)
        : stripRunEvent(event as Parameters<typeof stripRunEvent>[0], purges) === event;
    if (isWhole) continue;
    const names = purges.parts().map(({ part, key }) => `${part} ${JSON.stringify(key)}`);
    throw new TidemarkError(
      'PURGED',
      `Of the run ${runId} these were purged for ever: ${names.join(', ')}. Nothing of this call was written; use another name.`,
      { details: { runId, kind: event.kind } },
    );
  }
}
