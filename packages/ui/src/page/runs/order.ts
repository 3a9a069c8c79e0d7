/** The order of a table of runs: a field of MLflow's `order_by`, and the direction. */
export interface Order {
  /** Empty for the default order, the latest start first. */
  readonly field: string;
  readonly isAscending: boolean;
}

/** Parses the order in an address: `metrics.loss`, or `-metrics.loss` for descending. */
export function parseOrder(text = ''): Order {
  return text.startsWith('-')
    ? { field: text.slice(1), isAscending: false }
    : { field: text, isAscending: true };
}

/** Returns the order after a click on a column: descending first, then ascending, then the default. */
export function nextOrder(order: Order, field: string): string {
  if (order.field !== field) return `-${field}`;
  return order.isAscending ? '' : field;
}

/** Returns the `order_by` of a search; empty for the default order. */
export function orderByOf({ field, isAscending }: Order): string {
  return field === '' ? '' : `${field} ${isAscending ? 'ASC' : 'DESC'}`;
}
