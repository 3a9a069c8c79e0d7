import type { MetricPoint } from '@tidemark/core';

/**
 * The points of one history to show, by step and time: all when there are at most `count`, otherwise `count`
 * at even distances, among them the first and the last. Of one point it is the first.
 */
export function sampledPoints(history: readonly MetricPoint[], count: number): MetricPoint[] {
  const points = history.toSorted((a, b) => a.step - b.step || a.timestampMs - b.timestampMs);
  if (points.length <= count) return points;
  const distance = count === 1 ? 0 : (points.length - 1) / (count - 1);
  return Array.from(
    { length: count },
    (_, index) => points[Math.round(index * distance)] as MetricPoint,
  );
}
