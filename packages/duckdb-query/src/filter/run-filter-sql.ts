import {
  assertOptions,
  type Filter,
  type FilterField,
  type FilterValue,
  parseFilter,
  TidemarkError,
} from '@tidemark/core';
import { numberLiteral, textLiteral } from '../duckdb/sql-literal.ts';
import { assertFilter } from './assert-filter.ts';
import { FOLDED_TEXTS } from './folded-texts-table.ts';

/** Options of `runFilterSql`. */
export interface RunFilterSqlOptions {
  /** The name of the table `runs` in the query, such as `r` for `FROM runs r`. Default `runs`. */
  readonly runs?: string;
}

/**
 * Compiles a filter of runs, in MLflow's grammar (docs/search.md), to a condition of SQL over the table `runs`. It holds for
 * the same runs as in a search: NaN equals NaN and is neither above nor below a number, and a run without the field
 * fulfils only `IS NULL`. The condition is never NULL. Like every SQL over the tables, it does not leave out deleted runs.
 *
 * @example
 * ```ts
 * const session = await openQuery();
 * const condition = runFilterSql("metrics.loss < 0.1 AND tags.team ILIKE 'vis%'", { runs: 'r' });
 * const { rows } = await session.query(`SELECT r.name FROM runs r WHERE ${condition}`);
 * ```
 *
 * @throws FILTER_INVALID; INVALID_ARGUMENT
 */
export function runFilterSql(filter: string | Filter, options: RunFilterSqlOptions = {}): string {
  assertOptions(options, 'runFilterSql', { runs: 'string?' });
  const { runs = 'runs' } = options;
  if (!/^[A-Za-z_]\w*$/.test(runs)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `${JSON.stringify(runs)} is not a name of a table. Give a word such as "r".`,
      { details: { runs } },
    );
  }
  const parsed = typeof filter === 'string' ? parseFilter('runs', filter) : filter;
  if (parsed === undefined) return 'true';
  assertFilter(parsed);
  return `${runs}.run_id IN (${selectOf(parsed)})`;
}

/**
 * The tables with the fields of runs: a row for each key or dataset. Each is read once, whatever the number of conditions, and
 * gives one truth for each of them: with a subquery for each, DuckDB took seconds for 300 conditions, and refused 1000.
 */
const TABLES = {
  metric: { name: 'latest_metrics', value: 'value' },
  param: { name: 'params', value: 'value' },
  tag: { name: 'tags', value: 'value' },
  dataset: { name: 'datasets', value: undefined },
} as const;

type Table = keyof typeof TABLES;

/** Returns a query for the ids of the runs that match. */
function selectOf(filter: Filter): string {
  const truths: Record<Table, string[]> = { metric: [], param: [], tag: [], dataset: [] };
  const where = conditionOf(filter, truths);
  const joins = (Object.keys(TABLES) as Table[])
    .filter((table) => truths[table].length > 0)
    .map((table) => {
      const columns = truths[table].map((truth, at) => `bool_or(${truth}) AS ${table}${at}`);
      return ` LEFT JOIN (SELECT run_id, ${columns.join(', ')} FROM ${TABLES[table].name} GROUP BY run_id) USING (run_id)`;
    });
  return `SELECT a.run_id FROM runs a${joins.join('')} WHERE ${where}`;
}

function conditionOf(filter: Filter, truths: Record<Table, string[]>): string {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const operands = filter.operands.map((operand) => conditionOf(operand, truths));
      return balanced(operands, filter.kind === 'and' ? 'AND' : 'OR');
    }
    case 'not':
      return `(NOT ${conditionOf(filter.operand, truths)})`;
    case 'isNull': {
      const there = holdsForAny(filter.field, truths, (value) => `${value} IS NOT NULL`);
      return filter.negated ? there : `(NOT ${there})`;
    }
    default:
      return holdsForAny(filter.field, truths, (value) => valueCondition(filter, value));
  }
}

/** DuckDB nests a list of conditions one in another, and not arbitrarily deep, so they are nested in halves. */
function balanced(conditions: readonly string[], operator: 'AND' | 'OR'): string {
  if (conditions.length === 1) return conditions[0] as string;
  const middle = conditions.length >> 1;
  const halves = [conditions.slice(0, middle), conditions.slice(middle)];
  return `(${halves.map((half) => balanced(half, operator)).join(` ${operator} `)})`;
}

/** The attributes of a run that a filter can name, as expressions over its row. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  run_id: 'a.run_id',
  run_name: 'a.name',
  status: 'a.status',
  user_id: 'a.user_id',
  experiment_id: 'a.experiment_id',
  start_time: 'epoch_ms(a.start_time)::DOUBLE',
  end_time: 'epoch_ms(a.end_time)::DOUBLE',
};

/** Returns the condition that holds if one value of the field fulfils another condition. It is never NULL. */
function holdsForAny(
  { entity, key }: FilterField,
  truths: Record<Table, string[]>,
  condition: (value: string) => string,
): string {
  if (entity === 'attribute') {
    const attribute = Object.hasOwn(ATTRIBUTES, key) ? ATTRIBUTES[key] : undefined;
    if (attribute === undefined) throw unknownAttribute(key);
    return `coalesce(${condition(attribute)}, false)`;
  }
  const truth =
    entity === 'dataset'
      ? condition(['name', 'digest'].includes(key) ? key : 'context')
      : `key = ${textLiteral(key)} AND ${condition(TABLES[entity].value)}`;
  const at = truths[entity].push(truth) - 1;
  return `coalesce(${entity}${at}, false)`;
}

function valueCondition(
  filter: Extract<Filter, { kind: 'comparison' | 'in' | 'like' }>,
  value: string,
): string {
  switch (filter.kind) {
    case 'comparison':
      return comparison(filter.operator, value, filter.value);
    case 'in':
      return `${value}${filter.negated ? ' NOT' : ''} IN (${filter.values.map(literal).join(', ')})`;
    case 'like': {
      const { caseSensitive, negated, pattern } = filter;
      const text = caseSensitive ? value : folded(value);
      const wanted = textLiteral(caseSensitive ? pattern : pattern.toLowerCase());
      return `${text}${negated ? ' NOT' : ''} LIKE ${wanted}`;
    }
  }
}

function comparison(operator: string, value: string, wanted: FilterValue): string {
  const sql = `${value} ${operator === '!=' ? '<>' : operator} ${literal(wanted)}`;
  if (typeof wanted === 'string' || operator === '=' || operator === '!=') return sql;
  // DuckDB orders NaN above every number.
  return Number.isNaN(wanted) ? 'false' : `(${sql} AND NOT isnan(${value}))`;
}

/** In lower case as JavaScript has it: DuckDB's `lower` differs for a few letters that are not ASCII. */
function folded(value: string): string {
  return `coalesce((SELECT f.folded FROM ${FOLDED_TEXTS} f WHERE f.text = ${value}), lower(${value}))`;
}

function literal(value: FilterValue): string {
  return typeof value === 'number' ? numberLiteral(value) : textLiteral(value);
}

function unknownAttribute(key: string): TidemarkError {
  return new TidemarkError(
    'FILTER_INVALID',
    `Runs have no attribute ${JSON.stringify(key)}. The attributes are ${Object.keys(ATTRIBUTES).join(', ')}.`,
    { details: { attribute: key } },
  );
}
