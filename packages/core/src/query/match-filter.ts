import type { ComparisonOperator, Filter, FilterValue } from './filter.ts';
import { likePattern } from './like-pattern.ts';
import { fieldReader, type SearchTarget } from './search-target.ts';

/**
 * The filter as a test of items. A condition holds when it holds for a value of the field, so no
 * condition but `IS NULL` holds for an item that lacks it, `!=` and `NOT IN` neither; `NOT` is the
 * plain opposite of what it stands before.
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

/** The test of one value that a condition makes. */
export function valueTest(
  filter: Extract<Filter, { kind: 'comparison' | 'in' | 'like' }>,
): (value: FilterValue) => boolean {
  switch (filter.kind) {
    case 'comparison': {
      const test = COMPARE[filter.operator];
      return (value) => test(value, filter.value);
    }
    case 'in': {
      // A Set compares as `same` does.
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

/** NaN is NaN, so that diverged runs can be found; it is neither above nor below anything. */
function same(a: FilterValue, b: FilterValue): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
