/** The groups of values that a filter can name. */
export type FilterEntity = 'attribute' | 'metric' | 'param' | 'tag' | 'dataset';

/** One value of an item, such as `metrics.loss` or `start_time`. Aliases are resolved. */
export interface FilterField {
  readonly entity: FilterEntity;
  readonly key: string;
}

/** A string or a number, as the field's type says; numbers include NaN and the infinities. */
export type FilterValue = string | number;

/** The operators that compare with one value. */
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A parsed filter. `and` and `or` have at least two operands and `in` at least one value; the tree keeps the nesting
 * of the text, so that a printed filter parses to the same tree.
 */
export type Filter =
  | { readonly kind: 'and'; readonly operands: readonly Filter[] }
  | { readonly kind: 'or'; readonly operands: readonly Filter[] }
  | { readonly kind: 'not'; readonly operand: Filter }
  | {
      readonly kind: 'comparison';
      readonly field: FilterField;
      readonly operator: ComparisonOperator;
      readonly value: FilterValue;
    }
  | {
      readonly kind: 'in';
      readonly field: FilterField;
      readonly negated: boolean;
      readonly values: readonly FilterValue[];
    }
  | {
      readonly kind: 'like';
      readonly field: FilterField;
      readonly negated: boolean;
      /** False for ILIKE. */
      readonly caseSensitive: boolean;
      /** `%` stands for any characters, `_` for one. */
      readonly pattern: string;
    }
  | { readonly kind: 'isNull'; readonly field: FilterField; readonly negated: boolean };

/** Whether `test` holds for a field that the filter names. */
export function filterNames(filter: Filter, test: (field: FilterField) => boolean): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.some((operand) => filterNames(operand, test));
    case 'not':
      return filterNames(filter.operand, test);
    default:
      return test(filter.field);
  }
}
