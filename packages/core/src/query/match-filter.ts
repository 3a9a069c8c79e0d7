import type { ComparisonOperator, Filter, FilterValue } from './filter.ts';
import { likePattern } from './like-pattern.ts';
import { fieldReader, type SearchTarget } from './search-target.ts';

/**
 * Returns the filter as a test of items. A condition holds if it holds for any value of the field. So for an item
 * without the field only `IS NULL` holds, and neither `!=` nor `NOT IN` does. `NOT` negates its operand.
 */
export function matchFilter<Item>(
  target: SearchTarget<Item>,
  filter: Filter,
): (item: Item) => boolean {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.operands.map((operand) => matchFilter(target, operand));
      return (item) => tests.every((test) => test(item));
    }
    case 'or': {
      const tests = filter.operands.map((operand) => matchFilter(target, operand));
      return (item) => tests.some((test) => test(item));
    }
    case 'not': {
      const test = matchFilter(target, filter.operand);
      return (item) => !test(item);
    }
    case 'isNull': {
      const read = fieldReader(target, filter.field);
      return (item) => (read(item).length === 0) !== filter.negated;
    }
    default: {
      const read = fieldReader(target, filter.field);
      const test = valueTest(filter);
      return (item) => read(item).some(test);
    }
  }
}

/** Returns the test of one value for a condition. */
export function valueTest(
  filter: Extract<Filter, { kind: 'comparison' | 'in' | 'like' }>,
): (value: FilterValue) => boolean {
  switch (filter.kind) {
    case 'comparison': {
      const test = COMPARE[filter.operator];
      return (value) => test(value, filter.value);
    }
    case 'in': {
      // A Set compares like `same`.
      const values = new Set(filter.values);
      return (value) => values.has(value) !== filter.negated;
    }
    case 'like': {
      const test = likePattern(filter.pattern, filter.caseSensitive);
      return (value) => test(String(value)) !== filter.negated;
    }
  }
}

const COMPARE: Readonly<
  Record<ComparisonOperator, (value: FilterValue, wanted: FilterValue) => boolean>
> = {
  '=': same,
  '!=': (value, wanted) => !same(value, wanted),
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
};

/** NaN equals NaN, so that filters can find diverged runs. NaN is neither above nor below any number. */
function same(a: FilterValue, b: FilterValue): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
