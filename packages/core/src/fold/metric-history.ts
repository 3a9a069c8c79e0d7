import type { MetricPoint } from '../model/metric.ts';
import { comparePoints } from '../model/metric.ts';
import type { MetricEvent } from './metric-points.ts';
import { metricPoints } from './metric-points.ts';

/**
 * Returns all points of one metric among the events of one run, in the order of MLflow's SQL store: by timestamp,
 * step and value. An exact duplicate counts once.
 */
export function metricHistory(events: Iterable<MetricEvent>, key: string): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (const event of events) for (const point of metricPoints(event, key)) points.push(point);
  points.sort((a, b) => a.timestampMs - b.timestampMs || comparePoints(a, b));
  return points.filter((point, index) => {
    const previous = points[index - 1];
    return (
      previous === undefined ||
      previous.timestampMs !== point.timestampMs ||
      comparePoints(previous, point) !== 0
    );
  });
}
