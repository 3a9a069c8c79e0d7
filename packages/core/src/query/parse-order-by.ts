import { TidemarkError } from '../errors.ts';
import type { OrderKey } from './order.ts';
import { parseField } from './parse-field.ts';
import { printField } from './print-filter.ts';
import type { FilterRules } from './search-target.ts';
import { TokenCursor } from './token-cursor.ts';

/** The most keys of an order. A sort may compare every key for every pair of items. */
const MAX_ORDER_KEYS = 100;

/**
 * Parses orders such as `metrics.acc DESC`, one key or several keys separated by commas in each text.
 * @throws FILTER_INVALID, also when a field is named twice, or for more than 100 keys
 */
export function parseOrderBy(rules: FilterRules, texts: readonly string[]): OrderKey[] {
  if (texts.length > MAX_ORDER_KEYS) throw tooManyKeys();
  const keys = texts.flatMap((text) => parseKeys(rules, text));
  if (keys.length > MAX_ORDER_KEYS) throw tooManyKeys();
  const names = keys.map(({ field }) => printField(field));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length === 0) return keys;
  throw new TidemarkError(
    'FILTER_INVALID',
    `\`order_by\` contains duplicate fields: ${[...new Set(twice)].join(', ')}. Name each field once.`,
    { details: { orderBy: texts } },
  );
}

function tooManyKeys(): TidemarkError {
  return new TidemarkError(
    'FILTER_INVALID',
    `\`order_by\` has more than ${MAX_ORDER_KEYS} fields. Name fewer.`,
    { details: { greatest: MAX_ORDER_KEYS } },
  );
}

function parseKeys(rules: FilterRules, text: string): OrderKey[] {
  const cursor = new TokenCursor('order_by', text);
  const keys: OrderKey[] = [];
  do {
    const token = cursor.next;
    const field = parseField(cursor, rules);
    if (field.entity === 'dataset') {
      throw cursor.problem(
        'Items cannot be ordered by datasets, because an item may have several. Order by another field.',
        token,
      );
    }
    const descending = cursor.takeIf('DESC');
    if (!descending) cursor.takeIf('ASC');
    keys.push({ field, descending });
  } while (cursor.takeIf(','));
  if (!cursor.atEnd) {
    // The message begins with MLflow's words, because clients match on them.
    throw cursor.problem(
      `Invalid order_by clause '${text}'. Could not be parsed. Expected ASC, DESC, a comma or the end and found '${cursor.next.raw}'.`,
      cursor.next,
    );
  }
  return keys;
}
