import { runStateDigest } from '../digest/run-state-digest.ts';
import type { RunEvent } from '../events/event-subject.ts';
import { RunFold } from '../fold/run-fold.ts';
import type { RunId } from '../model/ids.ts';
import type { RunStateDigest } from '../model/registered-model.ts';
import type { OrderedEvent } from './event-log.ts';

/**
 * Returns the digest of a run's state, from all its events, or only from those that each writer had written by an
 * earlier time. Returns `undefined` if the creation is not among them, or the run was purged.
 */
export function digestOfEvents(
  runId: RunId,
  events: readonly OrderedEvent[],
  through?: RunStateDigest['through'],
): RunStateDigest | undefined {
  const fold = new RunFold(runId);
  const folded = new Map<string, number>();
  for (const ordered of events) {
    const { writer, stampUs } = ordered;
    // Purged values no longer exist, so a digest from before the purge no longer verifies.
    if (ordered.event.kind === 'purged') {
      fold.apply(ordered.event, ordered);
      continue;
    }
    if (through !== undefined && stampUs > (through[writer] ?? -1)) continue;
    fold.apply(ordered.event as RunEvent, ordered);
    folded.set(writer, Math.max(folded.get(writer) ?? 0, stampUs));
  }
  const run = fold.view();
  if (run === undefined) return undefined;
  return { sha256: runStateDigest(run), through: through ?? Object.fromEntries(folded) };
}
