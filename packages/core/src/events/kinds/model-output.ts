import type { LoggedModelId, RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { integer, modelId, runId } from '../field-values.ts';

/** A run made a logged model, at a step. */
export interface ModelProduced {
  readonly kind: 'model-output';
  readonly run: RunId;
  readonly model: LoggedModelId;
  readonly step: number;
}

export const modelProduced: EventKind<ModelProduced> = eventKind({
  decode: (fields) => ({
    kind: 'model-output',
    run: runId(fields.run),
    model: modelId(fields.model),
    step: integer(fields.step),
  }),
  subject: ({ run }) => ({ run }),
  without: (event) => event,
  names: ({ model }) => [{ model }],
});
