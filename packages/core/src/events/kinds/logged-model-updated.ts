import type { LoggedModelId } from '../../model/ids.ts';
import type { LifecycleStage } from '../../model/lifecycle.ts';
import type { LoggedModelStatus } from '../../model/logged-model.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { modelId, oneOf, optional, stage, time } from '../field-values.ts';

/** The status or the lifecycle stage of a logged model changed. */
export interface LoggedModelUpdated {
  readonly kind: 'model-updated';
  readonly model: LoggedModelId;
  readonly timeMs: number;
  readonly status?: LoggedModelStatus;
  readonly stage?: LifecycleStage;
}

const STATUSES = ['PENDING', 'READY', 'UPLOAD_FAILED'] as const;

export const loggedModelUpdated: EventKind<LoggedModelUpdated> = eventKind({
  decode: (fields, stampMs) => ({
    kind: 'model-updated',
    model: modelId(fields.model),
    timeMs: time(fields.timeMs, stampMs),
    ...optional('status', fields.status, (given) => oneOf(given, STATUSES)),
    ...optional('stage', fields.stage, stage),
  }),
  subject: ({ model }) => ({ model }),
  stage: (event) => event.stage,
  without: (event) => event,
});
