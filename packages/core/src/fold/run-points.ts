import { PointColumns } from './point-columns.ts';

/** The points of one run by metric. */
export type RunPoints = Map<string, PointColumns>;

/** The columns of a metric, which are created if there are none yet. */
export function columnsOf(points: RunPoints, key: string): PointColumns {
  let columns = points.get(key);
  if (columns === undefined) {
    columns = new PointColumns();
    points.set(key, columns);
  }
  return columns;
}
