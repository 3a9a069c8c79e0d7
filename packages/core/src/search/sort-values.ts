import type { FilterValue } from './filter.ts';
import type { OrderKey } from './order.ts';
import { fieldReader, type SearchTarget } from './search-target.ts';

/** The values that an item is ordered by, one for each key; `null` where it has none. */
export type SortValues = readonly (FilterValue | null)[];

/** The order asked for, made total: the target's own order follows, so that no two items tie. */
export function totalOrder<Item>(
  target: SearchTarget<Item>,
  asked: readonly OrderKey[],
): readonly OrderKey[] {
  const isAsked = (key: OrderKey): boolean =>
    asked.some(({ field: { entity, key: name } }) => {
      return entity === key.field.entity && name === key.field.key;
    });
  return [...asked, ...target.defaultOrder.filter((key) => !isAsked(key))];
}

/** Reads what an item is ordered by. */
export function sortValuesReader<Item>(
  target: SearchTarget<Item>,
  order: readonly OrderKey[],
): (item: Item) => SortValues {
  const readers = order.map(({ field }) => fieldReader(target, field));
  return (item) => readers.map((read) => read(item)[0] ?? null);
}

/**
 * Compares by each key in turn: text by UTF-16 code units, numbers by size. Whatever the direction,
 * missing values come last and NaN just before them, as in MLflow.
 */
export function compareSortValues(
  order: readonly OrderKey[],
): (a: SortValues, b: SortValues) => number {
  return (a, b) => {
    for (let index = 0; index < order.length; index += 1) {
      const one = a[index] ?? null;
      const other = b[index] ?? null;
      const byRank = rank(one) - rank(other);
      if (byRank !== 0) return byRank;
      if (one === null || other === null || one === other || rank(one) > 0) continue;
      return one < other === order[index]?.descending ? 1 : -1;
    }
    return 0;
  };
}

function rank(value: FilterValue | null): number {
  if (value === null) return 2;
  return Number.isNaN(value) ? 1 : 0;
}
