import { type Filter, type FilterField, printFilter, type RunQuery } from '@tidemark/core';

/** What of a query a server is asked for; the answer is looked through once more. */
export interface ServerQuery {
  /** Matches every run that the query's filter matches, and maybe more. */
  readonly filter?: string;
  /** The keys to order by, when the server's order is then the query's; else it does not matter. */
  readonly orderBy?: readonly string[];
}

const NUMBER_ATTRIBUTES: ReadonlySet<string> = new Set(['start_time', 'end_time']);
const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set(['run_id', 'run_name', 'status', 'user_id']);
const DATASET_KEYS: ReadonlySet<string> = new Set(['name', 'digest', 'context']);

/**
 * What to ask a server for. A Tidemark server takes the filter whole; of any other is asked what
 * MLflow's grammar has (utils/search_utils.py) and means as it is meant here: clauses joined by AND.
 * Only numbers are ordered by the server: text is ordered in another way by each database.
 */
export function serverQuery(query: RunQuery, isTidemark: boolean): ServerQuery {
  const { filter } = query;
  const asked = filter === undefined || isTidemark ? filter : within(filter);
  const orderBy = orderOf(query);
  return {
    ...(asked === undefined ? {} : { filter: printFilter(asked) }),
    ...(orderBy === undefined ? {} : { orderBy }),
  };
}

/** The clauses of the filter that MLflow understands; `undefined` when it has none. */
function within(filter: Filter): Filter | undefined {
  if (filter.kind !== 'and') return isUnderstood(filter) ? filter : undefined;
  // A conjunction inside a conjunction says the same without its parentheses, which MLflow lacks.
  const operands = filter.operands.flatMap((operand) => {
    const inner = within(operand);
    return inner === undefined ? [] : inner.kind === 'and' ? inner.operands : [inner];
  });
  return operands.length < 2 ? operands[0] : { kind: 'and', operands };
}

function isUnderstood(filter: Filter): boolean {
  switch (filter.kind) {
    case 'comparison': {
      const { field, operator, value } = filter;
      if (!isPlainKey(field)) return false;
      if (typeof value === 'number') {
        // NaN is 0 to MLflow's databases: a run with NaN may be given too much, never too little.
        const isNumber = field.entity === 'metric' || isAttribute(field, NUMBER_ATTRIBUTES);
        return isNumber && Number.isFinite(value) && operator !== '!=';
      }
      return (
        isText(field) && isPlainText(value) && (operator === '=' || isNotEqual(field, operator))
      );
    }
    case 'like':
      // SQLite's LIKE looks past case: it may give too much.
      return (
        !filter.negated &&
        isText(filter.field) &&
        isPlainKey(filter.field) &&
        isPlainText(filter.pattern)
      );
    case 'in':
      return (
        !filter.negated &&
        isAttribute(filter.field, new Set(['run_id'])) &&
        filter.values.every((value) => typeof value === 'string' && isPlainText(value))
      );
    default:
      return false;
  }
}

/** A run has several datasets, and MLflow means something else by != of them. */
function isNotEqual({ entity }: FilterField, operator: string): boolean {
  return operator === '!=' && entity !== 'dataset';
}

function isText(field: FilterField): boolean {
  if (field.entity === 'dataset') return DATASET_KEYS.has(field.key);
  return field.entity === 'param' || field.entity === 'tag' || isAttribute(field, TEXT_ATTRIBUTES);
}

function isAttribute({ entity, key }: FilterField, keys: ReadonlySet<string>): boolean {
  return entity === 'attribute' && keys.has(key);
}

/** MLflow's grammar has no escapes. */
function isPlainKey({ key }: FilterField): boolean {
  return !/[`"'\\]/.test(key);
}

function isPlainText(text: string): boolean {
  return !/['"\\]/.test(text);
}

/** Behind the keys asked for stand start_time and run_id, which are every server's default. */
function orderOf({ order }: RunQuery): readonly string[] | undefined {
  const [beforeLast, last] = order.slice(-2);
  const tail = [beforeLast, last].map((key) => `${key?.field.key} ${key?.descending}`);
  const hasDefaultTail = tail[0] === 'start_time true' && tail[1] === 'run_id false';
  const asked = hasDefaultTail ? order.slice(0, -2) : order.slice(0, -1);
  if (!hasDefaultTail && tail[1] !== 'run_id false') return undefined;
  const isSafe = asked.every(
    ({ field }) =>
      isPlainKey(field) && (field.entity === 'metric' || isAttribute(field, NUMBER_ATTRIBUTES)),
  );
  if (!isSafe) return undefined;
  return asked.map(
    ({ field, descending }) =>
      `${field.entity === 'metric' ? `metrics.\`${field.key}\`` : field.key} ${descending ? 'DESC' : 'ASC'}`,
  );
}
