import type { FilterEntity, FilterField } from './filter.ts';
import type { Token } from './filter-tokens.ts';
import type { FilterRules } from './search-target.ts';
import type { TokenCursor } from './token-cursor.ts';

// MLflow: utils/search_utils.py (_ALTERNATE_*_IDENTIFIERS).
const ENTITIES: ReadonlyMap<string, FilterEntity> = new Map([
  ['metric', 'metric'],
  ['metrics', 'metric'],
  ['param', 'param'],
  ['params', 'param'],
  ['parameter', 'param'],
  ['parameters', 'param'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['attribute', 'attribute'],
  ['attributes', 'attribute'],
  ['attr', 'attribute'],
  ['run', 'attribute'],
  ['dataset', 'dataset'],
  ['datasets', 'dataset'],
]);

const DATASET_KEYS = ['name', 'digest', 'context'];

/**
 * Parses a field such as `metrics.loss`, `` tags.`my key` `` or `start_time`: the text before the first dot is the
 * entity, and a key without a dot is an attribute. @throws FILTER_INVALID
 */
export function parseField(cursor: TokenCursor, rules: FilterRules): FilterField {
  const token = cursor.next;
  if (token.kind === 'quoted' && !token.raw.startsWith("'")) {
    cursor.take();
    return attribute(cursor, rules, token, token.value);
  }
  if (token.kind !== 'word') throw cursor.unexpected(`a field: ${describeFields(rules)}`);
  cursor.take();
  const dot = token.raw.indexOf('.');
  if (dot === -1) return attribute(cursor, rules, token, token.raw);
  const entity = ENTITIES.get(token.raw.slice(0, dot));
  if (entity === undefined || (entity !== 'attribute' && !rules.entities.includes(entity))) {
    throw cursor.problem(
      `Invalid entity type '${token.raw.slice(0, dot)}'. Of ${rules.what} you can name: ${describeFields(rules)}.`,
      token,
    );
  }
  const key = token.raw.slice(dot + 1) || quotedKey(cursor, token);
  if (entity === 'attribute') return attribute(cursor, rules, token, key);
  if (entity === 'dataset' && !DATASET_KEYS.includes(key)) {
    throw cursor.problem(
      `Invalid dataset key '${key}' specified. Valid keys are: ${DATASET_KEYS.join(', ')}.`,
      token,
    );
  }
  return { entity, key };
}

function quotedKey(cursor: TokenCursor, before: Token): string {
  const token = cursor.next;
  if (token.kind === 'quoted' && !token.raw.startsWith("'") && token.from === before.to) {
    return cursor.take().value;
  }
  throw cursor.unexpected(`a key right after '${before.raw}', if need be in backticks`);
}

function attribute(
  cursor: TokenCursor,
  rules: FilterRules,
  token: Token,
  said: string,
): FilterField {
  const key = Object.hasOwn(rules.aliases, said) ? (rules.aliases[said] as string) : said;
  if (Object.hasOwn(rules.attributes, key)) return { entity: 'attribute', key };
  throw cursor.problem(
    `Invalid attribute key '${said}' specified. Of ${rules.what} you can name: ${describeFields(rules)}.`,
    token,
  );
}

function describeFields(rules: FilterRules): string {
  const entities = rules.entities.map((entity) =>
    entity === 'dataset' ? `datasets.{${DATASET_KEYS.join(',')}}` : `${entity}s.<key>`,
  );
  return [...Object.keys(rules.attributes), ...entities].join(', ');
}
