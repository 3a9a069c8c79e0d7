import { setTimeout } from 'node:timers/promises';
import { type CsvCell, csvLine } from '@tidemark/core';
import {
  openQuery,
  type QueryColumn,
  type QueryRow,
  type QuerySession,
  type QueryStream,
  type QueryValue,
  RUNS_WIDE,
  TABLES,
} from '@tidemark/duckdb-query';
import { openExistingStore } from '../../open.ts';
import { renderJson } from '../../render/json.ts';
import { say } from '../../render/prose.ts';
import { type Style, styleOf } from '../../render/style.ts';
import { type Cell, type Column, renderTable } from '../../render/table.ts';
import { type CsvOptions, csvFormOf } from '../../store-options.ts';
import type { Terminal } from '../../terminal.ts';

/** Options of `tidemark sql`. */
export interface SqlOptions extends CsvOptions {
  readonly store?: string;
  readonly json?: boolean;
  /** The most rows. Default 50 for people, all for programs. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 50;
/** The time in which the process must end after its own signal. */
const DYING_MS = 1000;

/**
 * Runs one query over the store; `-` reads it from standard input. An interrupt stops the query.
 * @throws SQL_INVALID, SQL_FORBIDDEN, SQL_OUT_OF_MEMORY, PACKAGE_MISSING, STORE_NOT_FOUND
 */
export async function runSql(said: string, options: SqlOptions, terminal: Terminal): Promise<void> {
  const sql = said === '-' ? await readStandardInput() : said;
  const store = await openExistingStore(options);
  const session = await openQuery({ store });
  try {
    await interruptible(session, async (signal) => {
      const result = await session.stream(sql, [], { signal, timestamps: 'text' });
      if (csvFormOf(options) !== undefined) await printCsv(result, options, terminal);
      else if (options.json === true) await printJson(result, options, terminal);
      else await printTable(result, options, terminal);
    });
  } finally {
    await session.close();
  }
}

/** Lists the tables with their columns. */
export function listTables(options: { readonly json?: boolean }, terminal: Terminal): void {
  if (options.json === true) {
    terminal.out(renderJson(TABLES));
    return;
  }
  const style = styleOf(terminal);
  for (const { name, description, columns } of TABLES) {
    say(terminal, `${style.heading(name)}  ${description}\n`);
    terminal.out(
      renderTable(
        [{ title: '  COLUMN' }, { title: 'TYPE' }, { title: '', wraps: true }],
        columns.map((column) => [`  ${column.name}`, column.type, column.description]),
        { style, width: terminal.width },
      ),
    );
    terminal.out('\n');
  }
  say(terminal, `${style.heading(RUNS_WIDE.name)}  ${RUNS_WIDE.description}\n`);
}

async function printCsv(
  { columns, rows }: QueryStream,
  { limit, ...asked }: SqlOptions,
  terminal: Terminal,
): Promise<void> {
  const form = csvFormOf(asked);
  terminal.out(
    csvLine(
      columns.map(({ name }) => name),
      form,
    ),
  );
  for await (const row of firstOf(rows, limit)) {
    const cells = columns.map(({ name }) => plainCell(row[name] ?? null));
    terminal.out(csvLine(cells, form));
  }
}

async function printJson(
  { rows }: QueryStream,
  { limit }: SqlOptions,
  terminal: Terminal,
): Promise<void> {
  const shown: unknown[] = [];
  for await (const row of firstOf(rows, limit)) shown.push(jsonValue(row));
  terminal.out(renderJson(shown));
}

async function printTable(
  { columns, rowCount, rows }: QueryStream,
  { limit = DEFAULT_LIMIT }: SqlOptions,
  terminal: Terminal,
): Promise<void> {
  const style = styleOf(terminal);
  const cells: Cell[][] = [];
  for await (const row of firstOf(rows, limit)) {
    cells.push(columns.map((column) => tableCell(column, row[column.name] ?? null, style)));
  }
  terminal.out(renderTable(columns.map(tableColumn), cells, { style, width: terminal.width }));
  const all = `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`;
  const note =
    cells.length < rowCount
      ? `… the first ${cells.length} of ${all} (--limit ${rowCount} for all)`
      : all;
  terminal.out(style.dim(`${note}\n`));
}

async function* firstOf(
  rows: AsyncIterable<QueryRow>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<QueryRow> {
  let count = 0;
  for await (const row of rows) {
    yield row;
    count += 1;
    if (count >= limit) return;
  }
}

function tableColumn({ name, type }: QueryColumn): Column {
  return NUMBER_TYPE.test(type)
    ? { title: name, align: 'right' }
    : { title: name, flexible: type === 'VARCHAR' || /[[(]/.test(type) };
}

const NUMBER_TYPE =
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\s?\d+\)|BIGNUM)$/;

function tableCell({ type }: QueryColumn, value: QueryValue, style: Style): Cell {
  if (value === null) return { text: 'NULL', mark: style.dim };
  const text = String(plainCell(value));
  return type.startsWith('TIMESTAMP') ? text.replace('T', ' ') : text;
}

/** Returns a value as text. A nested value is JSON on one line. */
function plainCell(value: QueryValue): CsvCell {
  if (value === null || typeof value !== 'object') return value;
  const plain = jsonValue(value);
  return typeof plain === 'string' ? plain : JSON.stringify(plain, nonFinite);
}

function nonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Returns a value for JSON. An integer beyond the range of a number is text, bytes are base64. */
function jsonValue(value: QueryValue): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(jsonValue);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonValue(item)]));
}

async function readStandardInput(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

/**
 * Runs the body. On an interrupt (Ctrl-C) it stops the query first, because ending the process while DuckDB works
 * would hang. Then it ends the process like an interrupt.
 */
async function interruptible(
  session: QuerySession,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    await body(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    await session.close();
    process.kill(process.pid, 'SIGINT');
    await setTimeout(DYING_MS);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
