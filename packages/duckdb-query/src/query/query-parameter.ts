import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import type { Duckdb } from '../duckdb/duckdb.ts';

/** A value for a placeholder in a query. Whole numbers become BIGINT, others DOUBLE, a Date TIMESTAMP WITH TIME ZONE. */
export type QueryParameter =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | readonly (string | number | bigint | boolean | Date)[];

/** Values for `$1`, `$2` … or `?` by position, or for `$name` by name. */
export type QueryParameters =
  | readonly QueryParameter[]
  | { readonly [name: string]: QueryParameter };

/** Parameters in the form that DuckDB takes. */
export interface BoundParameters {
  readonly values: DuckDBValue[] | Record<string, DuckDBValue>;
  readonly types: DuckDBType[] | Record<string, DuckDBType>;
}

interface Bound {
  readonly type: DuckDBType;
  readonly value: DuckDBValue;
}

/** Converts parameters for DuckDB. @throws INVALID_ARGUMENT for a value of another kind */
export function bindParameters(duckdb: Duckdb, parameters: QueryParameters): BoundParameters {
  if (Array.isArray(parameters)) {
    const bound = (parameters as readonly QueryParameter[]).map((parameter, index) =>
      bind(duckdb, parameter, `$${index + 1}`),
    );
    return { values: bound.map(({ value }) => value), types: bound.map(({ type }) => type) };
  }
  const bound = Object.entries(parameters).map(
    ([name, parameter]) => [name, bind(duckdb, parameter, `$${name}`)] as const,
  );
  return {
    values: Object.fromEntries(bound.map(([name, { value }]) => [name, value])),
    types: Object.fromEntries(bound.map(([name, { type }]) => [name, type])),
  };
}

/**
 * Checks that the placeholders of a statement and the values fit together. DuckDB's own errors of values without a
 * placeholder do not name them.
 * @throws SQL_INVALID for a placeholder without a value, INVALID_ARGUMENT for a value without a placeholder
 */
export function assertPlaceholders(
  placeholders: readonly string[],
  { values }: BoundParameters,
): void {
  // A list has the values of $1, $2 …
  const given = Array.isArray(values) ? values.map((_, at) => String(at + 1)) : Object.keys(values);
  const missing = without(placeholders, given);
  if (missing.length > 0) {
    throw new TidemarkError(
      'SQL_INVALID',
      `The query has no value for ${listOf(missing)}. Give one in its parameters, or write the value into its text.`,
      { details: { placeholders: missing } },
    );
  }
  const unused = without(given, placeholders);
  if (unused.length === 0) return;
  const has = placeholders.length === 0 ? 'no placeholders' : `only ${listOf(placeholders)}`;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The parameters have a value for ${listOf(unused)}, and the query has ${has}. Remove the value, or use it in the query.`,
    { details: { placeholders: unused } },
  );
}

/** The names of the first list that the second one lacks. DuckDB does not tell upper from lower case in them. */
function without(names: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others.map((name) => name.toLowerCase()));
  return names.filter((name) => !known.has(name.toLowerCase()));
}

function listOf(placeholders: readonly string[]): string {
  return placeholders.map((name) => `$${name}`).join(', ');
}

function bind(duckdb: Duckdb, parameter: QueryParameter, name: string): Bound {
  if (!Array.isArray(parameter)) return bindOne(duckdb, parameter as QueryParameter, name);
  const items = parameter.map((item) => bindOne(duckdb, item as QueryParameter, name));
  // A list has one type: if one of its numbers has a fraction, all are DOUBLE.
  const real = items.some(({ type }) => type === duckdb.DOUBLE);
  const first = real ? duckdb.DOUBLE : (items[0]?.type ?? duckdb.VARCHAR);
  const values = items.map(({ type, value }) => {
    if (type === first) return value;
    if (real && type === duckdb.BIGINT) return Number(value);
    throw wrongKind(name, 'a list of values of several kinds');
  });
  return { type: duckdb.LIST(first), value: duckdb.listValue(values) };
}

function bindOne(duckdb: Duckdb, parameter: QueryParameter, name: string): Bound {
  if (parameter === null) return { type: duckdb.SQLNULL, value: null };
  switch (typeof parameter) {
    case 'string':
      return { type: duckdb.VARCHAR, value: parameter };
    case 'boolean':
      return { type: duckdb.BOOLEAN, value: parameter };
    case 'bigint':
      return { type: duckdb.HUGEINT, value: parameter };
    case 'number':
      return Number.isSafeInteger(parameter)
        ? { type: duckdb.BIGINT, value: BigInt(parameter) }
        : { type: duckdb.DOUBLE, value: parameter };
    default:
      if (parameter instanceof Date && !Number.isNaN(parameter.getTime())) {
        const micros = BigInt(parameter.getTime()) * 1000n;
        return { type: duckdb.TIMESTAMPTZ, value: new duckdb.DuckDBTimestampTZValue(micros) };
      }
      throw wrongKind(name, Object.prototype.toString.call(parameter));
  }
}

function wrongKind(name: string, what: string): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The parameter ${name} is ${what}. Give a string, number, bigint, boolean, valid Date, null or a list of one of these.`,
    { details: { parameter: name } },
  );
}
