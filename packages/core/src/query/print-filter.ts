import { assertArguments } from '../model/plain-input.ts';
import type { Filter, FilterField, FilterValue } from './filter.ts';

const PLURALS = { metric: 'metrics', param: 'params', tag: 'tags', dataset: 'datasets' } as const;
const PLAIN_KEY = /^[\p{L}\p{N}_][\p{L}\p{N}_./:-]*$/u;

/** Returns the filter as text. `parseFilter` parses the text to the same tree. */
export function printFilter(filter: Filter): string {
  assertArguments({ filter }, 'printFilter', { filter: 'object' });
  assertArguments(filter, 'printFilter', { kind: 'string' });
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.operands.map(printOperand).join(` ${filter.kind.toUpperCase()} `);
    case 'not':
      return `NOT ${printOperand(filter.operand)}`;
    case 'comparison':
      return `${printField(filter.field)} ${filter.operator} ${printValue(filter.value)}`;
    case 'in':
      return `${printField(filter.field)}${printNot(filter)} IN (${filter.values.map(printValue).join(', ')})`;
    case 'like':
      return `${printField(filter.field)}${printNot(filter)} ${filter.caseSensitive ? 'LIKE' : 'ILIKE'} ${printValue(filter.pattern)}`;
    case 'isNull':
      return `${printField(filter.field)} IS${printNot(filter)} NULL`;
  }
}

/** Returns the field as a filter names it, such as `metrics.loss`. */
export function printField({ entity, key }: FilterField): string {
  if (entity === 'attribute') return key;
  return `${PLURALS[entity]}.${PLAIN_KEY.test(key) ? key : `\`${key.replaceAll('`', '``')}\``}`;
}

function printOperand(filter: Filter): string {
  const text = printFilter(filter);
  return filter.kind === 'and' || filter.kind === 'or' ? `(${text})` : text;
}

function printNot({ negated }: { readonly negated: boolean }): string {
  return negated ? ' NOT' : '';
}

function printValue(value: FilterValue): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return Object.is(value, -0) ? '-0' : String(value);
}
