import type { MetricPoint } from '@tidemark/core';

/**
 * The steps to show of some histories: all when there are at most `count`, otherwise as many at even
 * distances over the steps that occur, and always the first and the last of each history.
 */
export function sampledSteps(
  histories: readonly (readonly MetricPoint[])[],
  count: number,
): ReadonlySet<number> {
  const all = [...new Set(histories.flatMap((points) => points.map(({ step }) => step)))];
  all.sort((a, b) => a - b);
  if (all.length <= count) return new Set(all);
  const chosen = new Set<number>();
  for (let index = 0; index < count; index += 1) {
    chosen.add(all[Math.floor((index * all.length) / count)] as number);
  }
  for (const points of histories) {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for (const { step } of points) {
      first = Math.min(first, step);
      last = Math.max(last, step);
    }
    if (points.length > 0) chosen.add(first).add(last);
  }
  return chosen;
}
