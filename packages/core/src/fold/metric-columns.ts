import type { MetricEvent } from './metric-points.ts';
import { metricPoints } from './metric-points.ts';
import { PointColumns } from './point-columns.ts';

/**
 * All points of one metric among the events of one run in columns, ordered by timestamp, step and value as
 * MLflow's SQL store gives them; an exact duplicate counts once.
 */
export function metricColumns(events: Iterable<MetricEvent>, key: string): PointColumns {
  const columns = new PointColumns();
  for (const event of events) for (const point of metricPoints(event, key)) columns.addPoint(point);
  columns.settle();
  return columns;
}
