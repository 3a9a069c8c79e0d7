import type { LoggedModelId, RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { modelId, runId } from '../field-values.ts';

/** A run used a logged model. */
export interface ModelUsed {
  readonly kind: 'model-input';
  readonly run: RunId;
  readonly model: LoggedModelId;
}

export const modelUsed: EventKind<ModelUsed> = eventKind({
  decode: (fields) => ({
    kind: 'model-input',
    run: runId(fields.run),
    model: modelId(fields.model),
  }),
  subject: ({ run }) => ({ run }),
  without: (event) => event,
  names: ({ model }) => [{ model }],
});
