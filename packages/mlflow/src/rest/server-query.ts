import { type Filter, type FilterField, printFilter, type RunQuery } from '@tidemark/core';

/** The part of a query that a server executes. The client filters its answer again. */
export interface ServerQuery {
  /** Matches every run that the filter of the query matches, and possibly more. */
  readonly filter?: string;
  /** The keys to order by, if the server can apply the order of the query. */
  readonly orderBy?: readonly string[];
}

const NUMBER_ATTRIBUTES: ReadonlySet<string> = new Set(['start_time', 'end_time']);
const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set(['run_id', 'run_name', 'status', 'user_id']);
const DATASET_KEYS: ReadonlySet<string> = new Set(['name', 'digest', 'context']);

/**
 * Returns the part of a query that a server executes. A Tidemark server gets the whole filter. Another server gets
 * the part that MLflow's grammar supports with the same meaning (utils/search_utils.py): clauses joined by AND. The
 * server orders only numbers, because each database orders text in another way.
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

/** Returns the clauses of the filter that MLflow supports, or `undefined` if there are none. */
function within(filter: Filter): Filter | undefined {
  if (filter.kind !== 'and') return isUnderstood(filter) ? filter : undefined;
  // A conjunction inside a conjunction means the same without parentheses, which MLflow does not support.
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
        // NaN is 0 in MLflow's databases. The server may return a run with NaN too many, but none too few.
        const isNumber = field.entity === 'metric' || isAttribute(field, NUMBER_ATTRIBUTES);
        return isNumber && Number.isFinite(value) && operator !== '!=';
      }
      return (
        isText(field) && isPlainText(value) && (operator === '=' || isNotEqual(field, operator))
      );
    }
    case 'like':
      // SQLite's LIKE ignores case, so it may return too many runs.
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

/**
 * Returns whether a comparison of a dataset is !=, which means something else in MLflow. A run may have several
 * datasets.
 */
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

/** Returns whether a key needs no escapes, which MLflow's grammar does not have. */
function isPlainKey({ key }: FilterField): boolean {
  return !/[`"'\\]/.test(key);
}

function isPlainText(text: string): boolean {
  return !/['"\\]/.test(text);
}

/** Returns the sort keys: the requested ones, then start_time and run_id, the default order of every server. */
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
