import type { MetricEvent } from './metric-points.ts';
import { metricPoints } from './metric-points.ts';
import { PointColumns } from './point-columns.ts';

/**
 * Returns all points of one metric among the events of a run, in columns, ordered by timestamp, step and value as in
 * MLflow's SQL store. An exact duplicate counts once.
 */
export function metricColumns(events: Iterable<MetricEvent>, key: string): PointColumns {
  const columns = new PointColumns();
  for (const event of events) for (const point of metricPoints(event, key)) columns.addPoint(point);
  columns.settle();
  return columns;
}
