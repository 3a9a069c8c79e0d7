import type { MetricEvent } from '../events/store-event.ts';
import type { MetricPoint } from '../model/metric.ts';
import { compareMetricPoints } from '../model/metric.ts';
import { metricPoints } from './metric-points.ts';

/**
 * All points of one metric among the events of one run, ordered by timestamp, step and value as
 * MLflow's SQL store gives them; an exact duplicate counts once.
 */
export function metricHistory(events: Iterable<MetricEvent>, key: string): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (const event of events) for (const point of metricPoints(event, key)) points.push(point);
  points.sort((a, b) => a.timestampMs - b.timestampMs || compareMetricPoints(a, b));
  return points.filter((point, index) => {
    const previous = points[index - 1];
    return (
      previous === undefined ||
      previous.timestampMs !== point.timestampMs ||
      compareMetricPoints(previous, point) !== 0
    );
  });
}
