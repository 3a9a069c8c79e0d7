import type { LoggedModelId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { keyedTexts, modelId, time } from '../field-values.ts';
import { keyedValues } from '../keyed-values.ts';

/** Params that were added to a logged model after its creation; the first value of each is kept. */
export interface LoggedModelParamsLogged {
  readonly kind: 'model-params';
  readonly model: LoggedModelId;
  readonly timeMs: number;
  readonly params: Readonly<Record<string, string>>;
}

const keyed = keyedValues<LoggedModelParamsLogged>('param', 'params');

export const loggedModelParamsLogged: EventKind<LoggedModelParamsLogged> = eventKind({
  decode: (fields, stampMs) => ({
    kind: 'model-params',
    model: modelId(fields.model),
    timeMs: time(fields.timeMs, stampMs),
    params: keyedTexts(fields.params),
  }),
  subject: ({ model }) => ({ model }),
  // Without params it still records when the model was last changed.
  without: keyed.without,
  keyed,
});
