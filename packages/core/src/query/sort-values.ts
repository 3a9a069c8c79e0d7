import type { FilterValue } from './filter.ts';
import type { OrderKey } from './order.ts';
import { fieldReader, type SearchTarget } from './search-target.ts';

/** The values that an item is ordered by, one for each key; `null` for a missing value. */
export type SortValues = readonly (FilterValue | null)[];

/** Returns the given order followed by the target's order of ties, so that no two items tie. */
export function totalOrder<Item>(
  target: SearchTarget<Item>,
  asked: readonly OrderKey[],
): readonly OrderKey[] {
  const isAsked = (key: OrderKey): boolean =>
    asked.some(({ field: { entity, key: name } }) => {
      return entity === key.field.entity && name === key.field.key;
    });
  const ties = asked.length === 0 ? target.defaultOrder : (target.tieOrder ?? target.defaultOrder);
  return [...asked, ...ties.filter((key) => !isAsked(key))];
}

/** Returns a function that reads the sort values of an item. */
export function sortValuesReader<Item>(
  target: SearchTarget<Item>,
  order: readonly OrderKey[],
): (item: Item) => SortValues {
  const readers = order.map(({ field }): ((item: Item) => FilterValue | null) => {
    const { orderValue } = target;
    if (field.entity === 'attribute') {
      const attribute = target.attributes[field.key];
      const own = attribute?.orderValue ?? attribute?.value;
      if (own !== undefined) return (item) => own(item) ?? null;
    } else if (orderValue !== undefined) {
      return (item) => orderValue(item, field) ?? null;
    }
    const read = fieldReader(target, field);
    return (item) => read(item)[0] ?? null;
  });
  return (item) => readers.map((read) => read(item));
}

/**
 * Compares by each key in turn: text by UTF-16 code units, numbers by size. In both directions, missing values come
 * last and NaN just before them, as in MLflow.
 */
export function compareSortValues(
  order: readonly OrderKey[],
): (a: SortValues, b: SortValues) => number {
  return (a, b) => {
    for (let index = 0; index < order.length; index += 1) {
      const byKey = compareByKey(
        a[index] ?? null,
        b[index] ?? null,
        order[index]?.descending === true,
      );
      if (byKey !== 0) return byKey;
    }
    return 0;
  };
}

/** Compares the values of one key. */
export function compareByKey(
  one: FilterValue | null,
  other: FilterValue | null,
  descending: boolean,
): number {
  const ofOne = rank(one);
  const byRank = ofOne - rank(other);
  if (byRank !== 0) return byRank;
  if (one === null || other === null || one === other || ofOne > 0) return 0;
  return one < other === descending ? 1 : -1;
}

function rank(value: FilterValue | null): number {
  if (value === null) return 2;
  return Number.isNaN(value) ? 1 : 0;
}
