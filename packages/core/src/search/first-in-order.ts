/** The first `count` of the items in order, without sorting the rest. */
export function firstInOrder<Item>(
  items: Iterable<Item>,
  compare: (a: Item, b: Item) => number,
  count: number,
): Item[] {
  let kept: Item[] = [];
  let worst: Item | undefined;
  const settle = (): void => {
    kept = kept.sort(compare).slice(0, count);
    if (kept.length === count) worst = kept.at(-1);
  };
  for (const item of items) {
    if (worst !== undefined && compare(item, worst) >= 0) continue;
    kept.push(item);
    // Twice as many: each round of sorting is paid for by `count` items that came in.
    if (kept.length >= 2 * count) settle();
  }
  settle();
  return kept;
}
