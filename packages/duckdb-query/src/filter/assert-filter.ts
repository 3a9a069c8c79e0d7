import { type Filter, isTidemarkError, TidemarkError } from '@tidemark/core';

/** The most nested filter that is compiled. A parsed one nests less deep. */
const MOST_LEVELS = 500;

const ENTITIES: readonly unknown[] = ['attribute', 'metric', 'param', 'tag', 'dataset'];
const OPERATORS: readonly unknown[] = ['=', '!=', '<', '<=', '>', '>='];

/** Checks that a value is the tree of a filter, which may come from plain JavaScript. @throws INVALID_ARGUMENT */
export function assertFilter(value: unknown, level = 0): asserts value is Filter {
  if (level > MOST_LEVELS || !isRecord(value) || !isReadableNode(value, level)) throw notFilter();
}

/** False also for an object whose members cannot be read, such as a proxy. */
function isReadableNode(node: Readonly<Record<string, unknown>>, level: number): boolean {
  try {
    return isNode(node, level);
  } catch (error) {
    if (isTidemarkError(error)) throw error;
    return false;
  }
}

function isNode(node: Readonly<Record<string, unknown>>, level: number): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      if (!isFilled(node.operands)) return false;
      for (const operand of node.operands) assertFilter(operand, level + 1);
      return true;
    case 'not':
      assertFilter(node.operand, level + 1);
      return true;
    case 'comparison':
      return isField(node.field) && OPERATORS.includes(node.operator) && isValue(node.value);
    case 'in':
      return isField(node.field) && isFilled(node.values) && node.values.every(isValue);
    case 'like':
      return isField(node.field) && typeof node.pattern === 'string';
    case 'isNull':
      return isField(node.field);
    default:
      return false;
  }
}

function isField(field: unknown): boolean {
  return isRecord(field) && ENTITIES.includes(field.entity) && typeof field.key === 'string';
}

function isValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function isFilled(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function notFilter(): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    'The filter is neither a text nor the tree that parseFilter returns. Give a text such as "metrics.loss < 0.1".',
  );
}
