import type { DuckDBValue } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import type { Database } from '../duckdb/database.ts';
import { lock } from '../duckdb/duckdb.ts';
import { pointTables } from '../tables/store-tables.ts';
import { RUNS_WIDE } from '../tables/wide-runs-table.ts';
import { sqlMistake } from './sql-error.ts';

/** The result of checking a query. */
export interface CheckedSql {
  /** Whether it names a table that reads metric points. */
  readonly namesMetrics: boolean;
  /** The experiments whose runs it reads with `runs_wide`. */
  readonly wideExperiments: ReadonlySet<string>;
  /** Whether it has a PIVOT that finds its columns in the data, which DuckDB turns into several statements. */
  readonly pivots: boolean;
}

/**
 * The functions that are allowed in FROM. Functions that are not listed read files, switch DuckDB's logging
 * and profiling, run SQL from strings, or take pointers.
 */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'duckdb_columns',
  'duckdb_functions',
  'duckdb_keywords',
  'duckdb_schemas',
  'duckdb_tables',
  'duckdb_types',
  'duckdb_views',
  'generate_series',
  'histogram',
  'histogram_values',
  'icu_calendar_names',
  'json_each',
  'json_tree',
  'pg_timezone_names',
  'pragma_collations',
  'pragma_platform',
  'pragma_table_info',
  'pragma_version',
  'range',
  'repeat',
  'repeat_row',
  'test_all_types',
  'unnest',
]);
/**
 * Scalar functions with side effects, those that would show where the files of the lake are, and `stats`, which shows bounds
 * of rows that a view leaves out.
 */
const FORBIDDEN_FUNCTIONS: ReadonlySet<string> = new Set(['write_log', 'getvariable', 'stats']);
/** Views with settings, which would show the same. */
const FORBIDDEN_TABLES: ReadonlySet<string> = new Set(['pg_settings', 'duckdb_settings']);
/** Settings that name files. */
const FORBIDDEN_SETTING = /^allowed_/i;
/** In the text of a query that DuckDB gives no tree for. It runs where no view leaves out rows. */
const FORBIDDEN_TEXTS: readonly string[] = [
  'write_log',
  'getvariable',
  'current_setting',
  ...FORBIDDEN_TABLES,
];
/** A name that DuckDB would take for a file. */
const FILE_NAME = /[/\\]|\.parquet\b/i;

const POINT_TABLE = new RegExp(`\\b(?:${pointTables.map(({ name }) => name).join('|')})\\b`, 'i');

const WIDE_CALL = new RegExp(`\\b${RUNS_WIDE.name}\\s*\\(\\s*'((?:[^']|'')*)'\\s*\\)`, 'gi');

/** A node of DuckDB's syntax tree. */
type Node = Readonly<Record<string, unknown>>;

/** Checks queries before they run, with DuckDB's own parser, in a separate database that stays empty. */
export class SqlChecker {
  readonly #database: Database;
  #forbiddenWords: RegExp | undefined;

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Creates a checker on an empty database, which it then owns. */
  static async open(database: Database): Promise<SqlChecker> {
    const query = await database.begin();
    await query.step(lock);
    await query.close();
    return new SqlChecker(database);
  }

  /**
   * Accepts one statement that only selects, from tables and allowed functions.
   * @throws SQL_INVALID, SQL_FORBIDDEN
   */
  async check(sql: string): Promise<CheckedSql> {
    if (sql.includes('\0')) throw hasNul(sql);
    const tree = await this.#parse(sql);
    if (tree.error === true) {
      if (tree.error_type === 'not implemented') return this.#checkPivot(sql);
      throw sqlMistake(
        'SQL_INVALID',
        { kind: 'Parser', message: String(tree.error_message), position: positionOf(tree) },
        sql,
      );
    }
    const statements = tree.statements as readonly unknown[];
    if (statements.length === 0) {
      throw sqlMistake(
        'SQL_INVALID',
        { kind: 'Parser', message: 'There is no statement in the text.', position: undefined },
        sql,
      );
    }
    if (statements.length > 1) throw severalStatements();
    const { tables, wideExperiments } = inspect(statements[0]);
    const namesMetrics = pointTables.some(({ name }) => tables.has(name));
    return { namesMetrics, wideExperiments, pivots: false };
  }

  async #parse(sql: string): Promise<Node> {
    const [[tree] = []] = await this.#rows('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
    return JSON.parse(String(tree)) as Node;
  }

  /**
   * A PIVOT without a list of columns becomes several statements for which DuckDB gives no tree. Its statements
   * are recognised when it runs; this check searches its text for forbidden words. A text can spell the name of a file in many
   * ways, so a PIVOT runs only where no file can be read.
   */
  async #checkPivot(sql: string): Promise<CheckedSql> {
    if (!/\bpivot/i.test(sql)) throw notSelect();
    if (withoutEnd(sql).includes(';')) throw severalStatements();
    this.#forbiddenWords ??= await this.#findForbiddenWords();
    const word = this.#forbiddenWords.exec(sql)?.[0];
    if (word !== undefined) throw forbiddenFunction(word);
    const calls = [...sql.matchAll(WIDE_CALL)].map(([, name = '']) => name.replaceAll("''", "'"));
    return { namesMetrics: POINT_TABLE.test(sql), wideExperiments: new Set(calls), pivots: true };
  }

  async #findForbiddenWords(): Promise<RegExp> {
    const rows = await this.#rows(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', 'table_macro')",
    );
    const names = rows.map(([name]) => String(name)).filter((name) => !TABLE_FUNCTIONS.has(name));
    return new RegExp(`\\b(?:${[...names, ...FORBIDDEN_TEXTS].join('|')})\\b`, 'i');
  }

  async #rows(sql: string, values: DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    const query = await this.#database.begin();
    try {
      const result = await query.step((connection) => connection.runAndReadAll(sql, values));
      return result.getRows();
    } finally {
      await query.close();
    }
  }
}

/** The text without the end of a statement: semicolons, comments and white space. */
export function withoutEnd(sql: string): string {
  return sql.replace(/[\s;]+$/, '');
}

/**
 * Returns the names of the tables in a statement, in lower case, and the experiments of its calls of `runs_wide`.
 * @throws SQL_FORBIDDEN; SQL_INVALID if such a call does not name an experiment
 */
function inspect(statement: unknown): {
  readonly tables: ReadonlySet<string>;
  readonly wideExperiments: ReadonlySet<string>;
} {
  const tables = new Set<string>();
  const wideExperiments = new Set<string>();
  const rest: unknown[] = [statement];
  while (rest.length > 0) {
    const next = rest.pop();
    if (Array.isArray(next)) {
      rest.push(...next.filter(isBranch));
      continue;
    }
    const node = next as Node;
    if (typeof node.table_name === 'string') tables.add(tableNameOf(node));
    if (node.type === 'TABLE_FUNCTION') {
      const called = node.function as Node;
      const name = String(called.function_name).toLowerCase();
      if (name === RUNS_WIDE.name) wideExperiments.add(experimentOf(called));
      else if (!TABLE_FUNCTIONS.has(name)) throw forbiddenFunction(name);
    } else if (isForbiddenCall(node)) throw forbiddenFunction(String(node.function_name));
    rest.push(...Object.values(node).filter(isBranch));
  }
  return { tables, wideExperiments };
}

/** @throws SQL_FORBIDDEN for files and settings */
function tableNameOf(node: Node): string {
  const name = String(node.table_name).toLowerCase();
  // DuckDB also takes all parts of a name together for a file.
  const parts = [node.catalog_name, node.schema_name, name].map((part) => String(part ?? ''));
  if (parts.some((part) => FILE_NAME.test(part))) throw forbiddenFile();
  if (FORBIDDEN_TABLES.has(name)) throw forbiddenFunction(name);
  return name;
}

function isForbiddenCall(node: Node): boolean {
  const name = String(node.function_name).toLowerCase();
  if (name !== 'current_setting') return FORBIDDEN_FUNCTIONS.has(name);
  const setting = textOf((node.children as readonly Node[])[0]);
  return setting === undefined || FORBIDDEN_SETTING.test(setting);
}

/** The value of a text in quotes; undefined for every other expression. */
function textOf(argument: Node | undefined): string | undefined {
  const { type, value } = (argument?.value ?? {}) as { type?: { id?: unknown }; value?: unknown };
  return type?.id === 'VARCHAR' && typeof value === 'string' ? value : undefined;
}

/** The experiment that a call of `runs_wide` names. It is needed before the query runs, so it has to be a text. */
function experimentOf({ children }: Node): string {
  const [argument, ...others] = children as readonly Node[];
  const experiment = textOf(argument);
  if (others.length === 0 && experiment !== undefined) return experiment;
  throw new TidemarkError(
    'SQL_INVALID',
    `The function ${RUNS_WIDE.name} needs the name of an experiment in quotes, as in FROM ${RUNS_WIDE.name}('Default').`,
    { details: { function: RUNS_WIDE.name } },
  );
}

function isBranch(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function positionOf(tree: Node): number | undefined {
  const position = Number(tree.position);
  return tree.position !== undefined && Number.isSafeInteger(position) ? position : undefined;
}

/** DuckDB ends the text there, so the query would be another one than was asked. */
function hasNul(sql: string): TidemarkError {
  const position = new TextEncoder().encode(sql.slice(0, sql.indexOf('\0'))).length;
  return sqlMistake(
    'SQL_INVALID',
    {
      kind: 'Parser',
      message: 'The text has the character NUL. Give it as a parameter, or write chr(0).',
      position,
    },
    sql,
  );
}

/** Error for a statement that is not a query. */
export function notSelect(): TidemarkError {
  return new TidemarkError(
    'SQL_FORBIDDEN',
    'The statement is not a query, and the tables of a store are read-only. Use SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW or SUMMARIZE.',
  );
}

function severalStatements(): TidemarkError {
  return new TidemarkError('SQL_FORBIDDEN', 'The text has several statements. Run one at a time.');
}

function forbiddenFile(): TidemarkError {
  return new TidemarkError(
    'SQL_FORBIDDEN',
    'Files cannot be read here: queries reach the tables of the store and nothing else.',
  );
}

function forbiddenFunction(name: string): TidemarkError {
  return new TidemarkError(
    'SQL_FORBIDDEN',
    `The function ${name} cannot be used here: queries reach the tables of the store and nothing else.`,
    { details: { function: name } },
  );
}
