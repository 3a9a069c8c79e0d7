import type { RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import { keyedTexts, runId } from '../field-values.ts';
import { keyedValues, withoutPurged } from '../keyed-values.ts';

/** Params of a run were logged. */
export interface ParamsLogged {
  readonly kind: 'params';
  readonly run: RunId;
  readonly params: Readonly<Record<string, string>>;
}

const keyed = keyedValues<ParamsLogged>('param', 'params');

export const paramsLogged: EventKind<ParamsLogged> = eventKind({
  decode: (fields) => ({
    kind: 'params',
    run: runId(fields.run),
    params: keyedTexts(fields.params),
  }),
  subject: ({ run }) => ({ run }),
  without: withoutPurged(keyed),
  isWork: () => true,
  keyed,
});
