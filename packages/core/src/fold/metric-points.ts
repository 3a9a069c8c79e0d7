import type { MetricSeriesLogged } from '../events/kinds/metric-series.ts';
import type { MetricsLogged } from '../events/kinds/metrics.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { MetricPoint } from '../model/metric.ts';

/** The events that hold points of metrics. */
export type MetricEvent = MetricsLogged | MetricSeriesLogged;

/** Whether an event holds points of metrics. */
export function isMetricEvent(event: StoreEvent): event is MetricEvent {
  return event.kind === 'metrics' || event.kind === 'metric-series';
}

/**
 * Yields the points of one event, or only those of one metric, in the order of its line. The points of a series are
 * created one by one, so that a million of them are never in memory at once.
 */
export function* metricPoints(event: MetricEvent, key?: string): Generator<MetricPoint> {
  const subject = {
    ...(event.dataset === undefined
      ? {}
      : { datasetName: event.dataset.name, datasetDigest: event.dataset.digest }),
    ...(event.model === undefined ? {} : { modelId: event.model }),
  };
  if (event.kind === 'metrics') {
    const { timeMs: timestampMs, step, metrics } = event;
    for (const each of key === undefined ? Object.keys(metrics) : [key]) {
      if (!Object.hasOwn(metrics, each)) continue;
      yield { key: each, value: metrics[each] as number, timestampMs, step, ...subject };
    }
    return;
  }
  if (key !== undefined && key !== event.key) return;
  for (const [index, value] of event.values.entries()) {
    const timestampMs = event.timeMs + (event.elapsedMs?.[index] ?? 0);
    yield { key: event.key, value, timestampMs, step: event.steps[index] as number, ...subject };
  }
}
