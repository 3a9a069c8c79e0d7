import type { ComparisonOperator, Filter, FilterField, FilterValue } from './filter.ts';
import { parseField } from './parse-field.ts';
import { type FieldType, type FilterRules, fieldType } from './search-target.ts';
import { TokenCursor } from './token-cursor.ts';

/** The deepest nesting of parentheses and NOT. A much deeper filter would exhaust the stack. */
const MAX_DEPTH = 200;

/**
 * The most conditions of a filter. A search evaluates each condition for each item, so their number bounds its cost.
 */
const MAX_CONDITIONS = 1000;

const COMPARATORS: Readonly<Record<FieldType, readonly string[]>> = {
  number: ['=', '!=', '<', '<=', '>', '>=', 'IN', 'NOT IN', 'IS NULL', 'IS NOT NULL'],
  string: [
    ...['=', '!=', 'LIKE', 'ILIKE', 'NOT LIKE', 'NOT ILIKE'],
    ...['IN', 'NOT IN', 'IS NULL', 'IS NOT NULL'],
  ],
};

/**
 * Parses a filter of MLflow's grammar (utils/search_utils.py), extended by `OR`, `NOT`, parentheses and `IN`
 * (docs/search.md). Returns `undefined` for an empty text, which matches everything.
 * @throws FILTER_INVALID, with the place of the mistake and what is allowed there
 */
export function parseFilterBy(rules: FilterRules, text: string): Filter | undefined {
  const cursor = new TokenCursor('filter string', text);
  if (cursor.atEnd) return undefined;
  const filter = new FilterParser(cursor, rules).or(0);
  if (!cursor.atEnd) throw cursor.unexpected('AND, OR or the end of the filter');
  return filter;
}

class FilterParser {
  readonly #cursor: TokenCursor;
  readonly #rules: FilterRules;
  #conditions = 0;

  constructor(cursor: TokenCursor, rules: FilterRules) {
    this.#cursor = cursor;
    this.#rules = rules;
  }

  or(depth: number): Filter {
    const first = this.#and(depth);
    const operands = [first];
    while (this.#cursor.takeIf('OR')) operands.push(this.#and(depth));
    return operands.length === 1 ? first : { kind: 'or', operands };
  }

  #and(depth: number): Filter {
    const first = this.#not(depth);
    const operands = [first];
    while (this.#cursor.takeIf('AND')) operands.push(this.#not(depth));
    return operands.length === 1 ? first : { kind: 'and', operands };
  }

  #not(depth: number): Filter {
    const cursor = this.#cursor;
    const start = cursor.next;
    if (depth > MAX_DEPTH) {
      throw cursor.problem(
        `The filter nests deeper than ${MAX_DEPTH} levels. Remove parentheses, or split the search into several.`,
        start,
      );
    }
    if (cursor.takeIf('NOT')) return { kind: 'not', operand: this.#not(depth + 1) };
    if (!cursor.takeIf('(')) return this.#condition();
    const inner = this.or(depth + 1);
    if (!cursor.takeIf(')')) throw cursor.unexpected('AND, OR or a closing parenthesis');
    return inner;
  }

  #condition(): Filter {
    const cursor = this.#cursor;
    this.#conditions += 1;
    if (this.#conditions > MAX_CONDITIONS) {
      throw cursor.problem(
        `The filter has more than ${MAX_CONDITIONS} conditions. Compare one field with many values by IN.`,
        cursor.next,
      );
    }
    const field = parseField(cursor, this.#rules);
    const type = fieldType(this.#rules, field);
    const start = cursor.next;
    const operator = this.#operator(type);
    const comparators = comparatorsOf(type, this.#rules);
    if (!comparators.includes(operator)) {
      throw cursor.problem(
        `Invalid comparator '${operator}' not one of '${comparators.join(', ')}', which ${describe(field)} can be compared by.`,
        start,
      );
    }
    const negated = operator.includes('NOT');
    switch (operator) {
      case 'IS NULL':
      case 'IS NOT NULL':
        return { kind: 'isNull', field, negated };
      case 'IN':
      case 'NOT IN':
        return { kind: 'in', field, negated, values: this.#list(field) };
      case 'LIKE':
      case 'NOT LIKE':
      case 'ILIKE':
      case 'NOT ILIKE': {
        const caseSensitive = !operator.endsWith('ILIKE');
        return { kind: 'like', field, negated, caseSensitive, pattern: `${this.#value(field)}` };
      }
      default:
        return {
          kind: 'comparison',
          field,
          operator: operator as ComparisonOperator,
          value: this.#value(field),
        };
    }
  }

  /** Takes an operator and returns it in capitals. The caller checks whether the field supports it. */
  #operator(type: FieldType): string {
    const cursor = this.#cursor;
    const token = cursor.next;
    const expected = `a comparator: ${comparatorsOf(type, this.#rules).join(', ')}`;
    if (token.kind === 'symbol' && /^[=<>!]/.test(token.raw)) return cursor.take().raw;
    if (cursor.takeIf('IS')) {
      const not = cursor.takeIf('NOT') ? 'NOT ' : '';
      if (!cursor.takeIf('NULL')) throw cursor.unexpected('NULL or NOT NULL after IS');
      return `IS ${not}NULL`;
    }
    const not = cursor.takeIf('NOT') ? 'NOT ' : '';
    const word = ['IN', 'LIKE', 'ILIKE'].find((candidate) => cursor.takeIf(candidate));
    if (word === undefined) throw cursor.unexpected(not === '' ? expected : 'IN, LIKE or ILIKE');
    return not + word;
  }

  #list(field: FilterField): FilterValue[] {
    const cursor = this.#cursor;
    if (!cursor.takeIf('(')) throw cursor.unexpected('a list of values in parentheses');
    const values = [this.#value(field)];
    while (cursor.takeIf(',')) values.push(this.#value(field));
    if (!cursor.takeIf(')')) throw cursor.unexpected('a comma or a closing parenthesis');
    return values;
  }

  #value(field: FilterField): FilterValue {
    const cursor = this.#cursor;
    const token = cursor.next;
    if (token.raw === '=') throw cursor.unexpected('a value: equality is written =, not ==');
    if (token.kind === 'end' || token.kind === 'symbol') throw cursor.unexpected('a value');
    cursor.take();
    if (fieldType(this.#rules, field) === 'number') {
      if (token.kind === 'number') return numberOf(token.raw);
      const what = field.entity === 'metric' ? 'metric' : `numeric attribute: ${field.key}`;
      throw cursor.problem(`Expected numeric value type for ${what}. Found ${token.raw}`, token);
    }
    if (token.kind === 'quoted' && !token.raw.startsWith('`')) return token.value;
    throw cursor.problem(
      `Expected a quoted string value for ${STRING_FIELD[field.entity]}. Got value ${token.raw}`,
      token,
    );
  }
}

function comparatorsOf(type: FieldType, { refusesNull }: FilterRules): readonly string[] {
  const all = COMPARATORS[type];
  return refusesNull ? all.filter((operator) => !operator.startsWith('IS ')) : all;
}

// MLflow's wording, because clients match on it.
const STRING_FIELD: Readonly<Record<FilterField['entity'], string>> = {
  attribute: 'attributes',
  metric: 'metric',
  param: "parameter (e.g. 'my-value')",
  tag: "tag (e.g. 'my-value')",
  dataset: 'dataset attributes',
};

function numberOf(raw: string): number {
  const text = raw.toLowerCase();
  if (text === 'nan') return Number.NaN;
  if (text.endsWith('infinity')) return text.startsWith('-') ? -Infinity : Infinity;
  return Number(raw);
}

function describe(field: FilterField): string {
  return field.entity === 'attribute' ? field.key : `a ${field.entity}`;
}
