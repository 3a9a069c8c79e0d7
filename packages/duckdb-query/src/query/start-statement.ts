import type { DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import type { Duckdb } from '../duckdb/duckdb.ts';
import type { RunningQuery } from '../duckdb/running-query.ts';
import type { BoundParameters } from './query-parameter.ts';
import type { QueryColumn, QueryRow } from './query-row.ts';
import {
  type QueryValue,
  type TimestampForm,
  type ValueReader,
  valueReader,
} from './query-value.ts';
import { notSelect, withoutEnd } from './sql-checker.ts';
import { sqlError } from './sql-error.ts';

/** A checked statement, and the connection for it. */
export interface StatementToStart {
  readonly duckdb: Duckdb;
  readonly query: RunningQuery;
  readonly sql: string;
  /** Whether DuckDB turns it into several statements. */
  readonly pivots: boolean;
  readonly bound: BoundParameters;
  readonly timestamps: TimestampForm;
  /** Called once: after the last row, or when fetching failed or was stopped. */
  readonly end: () => Promise<void>;
}

/** A result that is fetched in batches of some thousand rows. */
export interface QueryBatches {
  readonly columns: readonly QueryColumn[];
  readonly rowCount: number;
  readonly batches: AsyncIterable<readonly QueryRow[]>;
}

/** Starts a statement. If it throws, it did not call `end`. */
export async function startStatement(statement: StatementToStart): Promise<QueryBatches> {
  const { duckdb, query, bound, timestamps } = statement;
  const prepared = await prepare(statement);
  // The checker has read the text; this checks the statements that DuckDB made of it.
  if (prepared.statementType !== duckdb.StatementType.SELECT) throw notSelect();
  // Materialised before the first row, because DuckDB's streams end early, without an error, when something fails.
  const result = await query.step(async () => {
    prepared.bind(bound.values, bound.types);
    return prepared.run();
  });
  const types = result.columnTypes();
  const names = result.deduplicatedColumnNames();
  const readers = types.map((type) => valueReader(duckdb, type, timestamps));
  return {
    columns: names.map((name, index) => ({ name, type: String(types[index]) })),
    rowCount: result.rowCount,
    batches: fetchBatches(statement, result, { names, readers }),
  };
}

async function prepare({
  duckdb,
  query,
  sql,
  pivots,
}: StatementToStart): Promise<DuckDBPreparedStatement> {
  if (!pivots) return query.step((connection) => connection.prepare(sql));
  // The first statements create a type from the values found, for this connection only; the last one is the query.
  const text = withoutEnd(sql);
  const statements = await query.step((connection) => connection.extractStatements(text));
  for (let index = 0; index < statements.count - 1; index += 1) {
    const before = await query.step(() => statements.prepare(index));
    if (before.statementType !== duckdb.StatementType.CREATE) throw notSelect();
    await query.step(() => before.run());
  }
  return query.step(() => statements.prepare(statements.count - 1));
}

async function* fetchBatches(
  { query, sql, end }: StatementToStart,
  result: DuckDBResult,
  { names, readers }: { names: readonly string[]; readers: readonly ValueReader[] },
): AsyncGenerator<readonly QueryRow[]> {
  try {
    for (;;) {
      const chunk = await query.step(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      const columns = readers.map((read, index) => chunk.getColumnValues(index).map(read));
      yield Array.from({ length: chunk.rowCount }, (_, at) => rowOf(names, columns, at));
    }
  } catch (error) {
    throw sqlError(error, sql);
  } finally {
    await end();
  }
}

function rowOf(
  names: readonly string[],
  columns: readonly (readonly QueryValue[])[],
  at: number,
): QueryRow {
  const row: Record<string, QueryValue> = {};
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    const value = columns[index]?.[at] ?? null;
    if (name === '__proto__') Object.defineProperty(row, name, { value, enumerable: true });
    else row[name] = value;
  }
  return row;
}
