import type { RunId } from '../../model/ids.ts';
import type { LifecycleStage } from '../../model/lifecycle.ts';
import { RUN_STATUSES, type RunStatus } from '../../model/run.ts';
import { RUN_NAME_TAG } from '../../model/run-tags.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { integer, type Mutable, oneOf, runId, stage, text, yes } from '../field-values.ts';

/**
 * A run was renamed, or its status or stage changed. `endTimeMs` and `remote` belong to `status`: with a status, an
 * absent end time means that the run has no end time, and an absent `remote` means that the writer's own process
 * works on the run.
 */
export interface RunUpdated {
  readonly kind: 'run-updated';
  readonly run: RunId;
  readonly status?: RunStatus;
  readonly endTimeMs?: number;
  readonly remote?: true;
  readonly name?: string;
  readonly stage?: LifecycleStage;
}

export const runUpdated: EventKind<RunUpdated> = eventKind({
  decode(fields) {
    const event: Mutable<RunUpdated> = { kind: 'run-updated', run: runId(fields.run) };
    if (fields.status !== undefined) event.status = oneOf(fields.status, RUN_STATUSES);
    if (fields.endTimeMs !== undefined) event.endTimeMs = integer(fields.endTimeMs);
    if (fields.remote !== undefined) event.remote = yes(fields.remote);
    if (fields.name !== undefined) event.name = text(fields.name);
    if (fields.stage !== undefined) event.stage = stage(fields.stage);
    return event;
  },
  subject: ({ run }) => ({ run }),
  stage: (event) => event.stage,
  without(event, purged) {
    if (event.name === undefined || !purged.has('tag', RUN_NAME_TAG)) return event;
    const { name: _, ...left } = event;
    return left.status === undefined && left.stage === undefined ? undefined : left;
  },
  isWork: (event) => event.status !== undefined && !isEnd(event),
});

/** Whether the event ends the run. */
export function isEnd({ status }: RunUpdated): boolean {
  return status === 'FINISHED' || status === 'FAILED' || status === 'KILLED';
}
