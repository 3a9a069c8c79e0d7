import { TidemarkError } from '../errors.ts';
import type { OrderKey } from './order.ts';
import { parseField } from './parse-field.ts';
import { printField } from './print-filter.ts';
import type { FilterRules } from './search-target.ts';
import { TokenCursor } from './token-cursor.ts';

/**
 * Parses orders such as `metrics.acc DESC`, each text one key or several with commas between.
 * @throws FILTER_INVALID, also when a field is named twice
 */
export function parseOrderBy(rules: FilterRules, texts: readonly string[]): OrderKey[] {
  const keys = texts.flatMap((text) => parseKeys(rules, text));
  const names = keys.map(({ field }) => printField(field));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length === 0) return keys;
  throw new TidemarkError(
    'FILTER_INVALID',
    `\`order_by\` contains duplicate fields: ${[...new Set(twice)].join(', ')}. Name each field once.`,
    { details: { orderBy: texts } },
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
        'Items cannot be ordered by datasets, of which one may have several.',
        token,
      );
    }
    const descending = cursor.takeIf('DESC');
    if (!descending) cursor.takeIf('ASC');
    keys.push({ field, descending });
  } while (cursor.takeIf(','));
  if (!cursor.atEnd) throw cursor.unexpected('ASC, DESC, a comma or the end');
  return keys;
}
