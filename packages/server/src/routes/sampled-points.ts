import type { MetricPoint } from '@tidemark/core';

/**
 * Samples one history by step and time. It returns all points when there are at most `count`, otherwise `count`
 * points at even distances, including the first and the last. If `count` is 1 it is the first point.
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
