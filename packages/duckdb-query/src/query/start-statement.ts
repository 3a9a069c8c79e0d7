import type { DuckDBDataChunk, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import type { Duckdb } from '../duckdb/duckdb.ts';
import type { RunningQuery } from '../duckdb/running-query.ts';
import { distinctNames, type QueryChunks } from '../result/query-chunks.ts';
import { assertPlaceholders, type BoundParameters } from './query-parameter.ts';
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
  /** The most rows of the result. */
  readonly maxRows: number;
  /** Called once: after the last row, or when fetching failed or was stopped. */
  readonly end: () => Promise<void>;
}

/** Starts a statement. If it throws, it did not call `end`. */
export async function startStatement(statement: StatementToStart): Promise<QueryChunks> {
  const { duckdb, query, bound, maxRows } = statement;
  const { prepared, names } = await prepareLimited(statement);
  // The checker has read the text; this checks the statements that DuckDB made of it.
  if (prepared.statementType !== duckdb.StatementType.SELECT) throw notSelect();
  assertPlaceholders(placeholdersOf(prepared), bound);
  // Materialised before the first row, because DuckDB's streams end early, without an error, when something fails.
  const result = await query.step(async () => {
    prepared.bind(bound.values, bound.types);
    return prepared.run();
  });
  const types = result.columnTypes();
  return {
    columns: distinctNames(names ?? result.columnNames()).map((name, index) => ({
      name,
      type: String(types[index]),
    })),
    types,
    rowCount: Math.min(result.rowCount, maxRows),
    isCut: result.rowCount > maxRows,
    chunks: fetchChunks(statement, result),
  };
}

/** A statement that is ready to run, and the names of its columns where the statement does not have them itself. */
interface Prepared {
  readonly prepared: DuckDBPreparedStatement;
  readonly names?: readonly string[];
}

/**
 * Prepares the statement so that it makes at most one row more than wanted. The checker has seen that the text is one
 * complete statement, so it remains one inside parentheses. A text that has no place there (`DESCRIBE`, a comment after
 * a semicolon) is prepared as it is, and its rows are cut when they are read.
 */
async function prepareLimited(statement: StatementToStart): Promise<Prepared> {
  const { query, sql, pivots, maxRows } = statement;
  if (!Number.isFinite(maxRows)) return { prepared: await prepare(query, sql, pivots, statement) };
  const whole = pivots ? undefined : await prepare(query, sql, pivots, statement);
  const limited = `FROM (\n${withoutEnd(sql)}\n) LIMIT ${maxRows + 1}`;
  try {
    const prepared = await prepare(query, limited, pivots, statement);
    return { prepared, ...(whole === undefined ? {} : namesOf(whole)) };
  } catch {
    if (whole !== undefined) return { prepared: whole };
    // The reason may also be that the query was stopped, which this throws again.
    return { prepared: await prepare(query, sql, pivots, statement) };
  }
}

async function prepare(
  query: RunningQuery,
  sql: string,
  pivots: boolean,
  { duckdb }: StatementToStart,
): Promise<DuckDBPreparedStatement> {
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

function placeholdersOf(prepared: DuckDBPreparedStatement): string[] {
  const { parameterCount: length } = prepared;
  return Array.from({ length }, (_, index) => prepared.parameterName(index + 1));
}

/** Inside parentheses, DuckDB renames columns whose names occur twice. A statement with parameters has no names yet. */
function namesOf(prepared: DuckDBPreparedStatement): { readonly names?: readonly string[] } {
  if (prepared.parameterCount > 0) return {};
  const { columnCount: length } = prepared;
  return { names: Array.from({ length }, (_, index) => prepared.columnName(index)) };
}

async function* fetchChunks(
  { query, sql, maxRows, end }: StatementToStart,
  result: DuckDBResult,
): AsyncGenerator<DuckDBDataChunk> {
  let rest = maxRows;
  try {
    while (rest > 0) {
      const chunk = await query.step(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      if (chunk.rowCount > rest) chunk.rowCount = rest;
      rest -= chunk.rowCount;
      yield chunk;
    }
  } catch (error) {
    throw sqlError(error, sql);
  } finally {
    await end();
  }
}
