import type { LoggedModelId, RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import {
  integer,
  type Mutable,
  metricDataset,
  metrics,
  modelId,
  runId,
  time,
} from '../field-values.ts';
import { keyedValues, withoutPurged } from '../keyed-values.ts';

/** One step with one or many metrics. */
export interface MetricsLogged {
  readonly kind: 'metrics';
  readonly run: RunId;
  readonly timeMs: number;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly dataset?: { readonly name: string; readonly digest: string };
  readonly model?: LoggedModelId;
}

const keyed = keyedValues<MetricsLogged>('metric', 'metrics');

export const metricsLogged: EventKind<MetricsLogged> = eventKind({
  decode(fields, stampMs) {
    const event: Mutable<MetricsLogged> = {
      kind: 'metrics',
      run: runId(fields.run),
      timeMs: time(fields.timeMs, stampMs),
      step: integer(fields.step),
      metrics: metrics(fields.metrics),
    };
    if (fields.dataset !== undefined) event.dataset = metricDataset(fields.dataset);
    if (fields.model !== undefined) event.model = modelId(fields.model);
    return event;
  },
  subject: ({ run }) => ({ run }),
  without: withoutPurged(keyed),
  names: ({ model }) => (model === undefined ? [] : [{ model }]),
  isWork: () => true,
  keyed,
});
