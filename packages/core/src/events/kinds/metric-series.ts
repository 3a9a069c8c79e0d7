import type { LoggedModelId, RunId } from '../../model/ids.ts';
import { type EventKind, eventKind } from '../event-kind.ts';
import {
  integers,
  key,
  metricDataset,
  modelId,
  numbers,
  optional,
  runId,
  time,
} from '../field-values.ts';

/**
 * Many steps of one metric, by column: the arrays have the same length, and the nth values of all arrays are one
 * point.
 */
export interface MetricSeriesLogged {
  readonly kind: 'metric-series';
  readonly run: RunId;
  readonly timeMs: number;
  readonly key: string;
  readonly steps: readonly number[];
  /** Milliseconds after `timeMs`; absent when every point has that time. */
  readonly elapsedMs?: readonly number[];
  readonly values: readonly number[];
  readonly dataset?: { readonly name: string; readonly digest: string };
  readonly model?: LoggedModelId;
}

export const metricSeriesLogged: EventKind<MetricSeriesLogged> = eventKind({
  decode(fields, stampMs) {
    const values = numbers(fields.values);
    return {
      kind: 'metric-series',
      run: runId(fields.run),
      timeMs: time(fields.timeMs, stampMs),
      key: key(fields.key),
      steps: integers(fields.steps, values.length),
      ...optional('elapsedMs', fields.elapsedMs, (given) => integers(given, values.length)),
      values,
      ...optional('dataset', fields.dataset, metricDataset),
      ...optional('model', fields.model, modelId),
    };
  },
  subject: ({ run }) => ({ run }),
  without: (event, purged) => (purged.has('metric', event.key) ? undefined : event),
  names: ({ model }) => (model === undefined ? [] : [{ model }]),
  halves(event) {
    const { length } = event.values;
    if (length < 2) return undefined;
    return [part(event, 0, length >> 1), part(event, length >> 1, length)];
  },
  isWork: () => true,
});

function part(event: MetricSeriesLogged, from: number, to: number): MetricSeriesLogged {
  const { steps, values, elapsedMs } = event;
  return {
    ...event,
    steps: steps.slice(from, to),
    values: values.slice(from, to),
    ...(elapsedMs === undefined ? {} : { elapsedMs: elapsedMs.slice(from, to) }),
  };
}
