/** Places of a list: the first, and the one after the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns the places of a list that a window shows, and `over` more on each side. `startOf` returns where a place starts, in
 * pixels, and never falls; `startOf(count)` is the end of the list.
 */
export function visibleRange(
  count: number,
  startOf: (place: number) => number,
  window: { readonly startPx: number; readonly sizePx: number },
  over: number,
): Range {
  const first = lastStartingAt(count, startOf, window.startPx);
  const last = lastStartingAt(count, startOf, window.startPx + window.sizePx);
  return { from: Math.max(0, first - over), to: Math.min(count, last + 1 + over) };
}

/** The last place that starts at a pixel or before it. */
function lastStartingAt(count: number, startOf: (place: number) => number, px: number): number {
  let low = 0;
  let high = Math.max(0, count - 1);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (startOf(middle) <= px) low = middle;
    else high = middle - 1;
  }
  return low;
}
