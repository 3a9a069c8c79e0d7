const BARS = '▁▂▃▄▅▆▇█';
const WIDEST = 24;

/** Draws a metric's course in one line of text, lowest to highest. A value that is not finite is `·`. */
export function sparkline(values: readonly number[]): string {
  const shown = sampled(values);
  const finite = shown.filter(Number.isFinite);
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return shown
    .map((value) => {
      if (!Number.isFinite(value)) return '·';
      const height = range === 0 ? 0 : Math.round(((value - low) / range) * (BARS.length - 1));
      return BARS[height];
    })
    .join('');
}

/** Returns evenly spaced values, always with the first and the last. */
function sampled(values: readonly number[]): number[] {
  if (values.length <= WIDEST) return [...values];
  return Array.from(
    { length: WIDEST },
    (_, index) => values[Math.round((index * (values.length - 1)) / (WIDEST - 1))] as number,
  );
}
