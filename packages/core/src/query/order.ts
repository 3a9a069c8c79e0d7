import type { FilterField } from './filter.ts';

/** One key of an order. Missing values come last and NaN just before them, in both directions. */
export interface OrderKey {
  readonly field: FilterField;
  readonly descending: boolean;
}

/** Returns the order key for an attribute. */
export function byAttribute(key: string, direction: 'ascending' | 'descending'): OrderKey {
  return { field: { entity: 'attribute', key }, descending: direction === 'descending' };
}
