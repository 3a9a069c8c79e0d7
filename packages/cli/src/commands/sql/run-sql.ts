import { setTimeout } from 'node:timers/promises';
import { TidemarkError } from '@tidemark/core';
import { openQuery, type QuerySession } from '@tidemark/duckdb-query';
import { openExistingStore } from '../../open.ts';
import type { Terminal } from '../../terminal.ts';
import { writeWholeFile } from '../../write-whole-file.ts';
import { printSqlTable } from './print-sql-table.ts';
import { chosenFormat, type SaidFormat, type SqlFormat } from './sql-format.ts';
import { type SqlProgress, sqlProgress } from './sql-progress.ts';

/** Options of `tidemark sql`. */
export interface SqlOptions extends SaidFormat {
  readonly store?: string;
  /** The most rows. Default 50 in a table, all otherwise. */
  readonly limit?: number;
}

/** The time in which the process must end after its own signal. */
const DYING_MS = 1000;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const BINARY_FORMATS: readonly SqlFormat[] = ['arrow', 'parquet'];

/**
 * Runs one query over the store; `-` reads it from standard input. An interrupt stops the query. A file that `--output` names
 * has the whole result or is not touched.
 * @throws SQL_INVALID, SQL_FORBIDDEN, SQL_OUT_OF_MEMORY, PACKAGE_MISSING, STORE_NOT_FOUND, WRITE_FAILED
 */
export async function runSql(said: string, options: SqlOptions, terminal: Terminal): Promise<void> {
  const format = chosenFormat(options);
  assertReadable(format, options, terminal);
  const sql = said === '-' ? await readStandardInput() : said;
  const progress = sqlProgress(terminal);
  try {
    const store = await openExistingStore(options);
    const session = await openQuery({ store });
    try {
      await interruptible(session, (signal) =>
        printResult({ session, sql, format, signal, progress }, options, terminal),
      );
      const { lakeProblem } = session;
      if (lakeProblem !== undefined) {
        terminal.error(`note: the answer comes from the logs. ${lakeProblem.message}\n`);
      }
    } finally {
      await session.close();
    }
  } finally {
    progress.end();
  }
}

interface Asked {
  readonly session: QuerySession;
  readonly sql: string;
  readonly format: SqlFormat;
  readonly signal: AbortSignal;
  readonly progress: SqlProgress;
}

async function printResult(
  { session, sql, format, signal, progress }: Asked,
  { limit, output }: SqlOptions,
  terminal: Terminal,
): Promise<void> {
  const options = {
    signal,
    ...(progress.report === undefined ? {} : { onProgress: progress.report }),
  };
  if (format === 'table') {
    const result = await session.stream(sql, [], { ...options, timestamps: 'text' });
    progress.end();
    await printSqlTable(result, limit, terminal);
    return;
  }
  const maxRows = limit === undefined ? {} : { maxRows: limit };
  const { bytes } = await session.encode(sql, [], { ...options, ...maxRows, format });
  if (output !== undefined) {
    await writeWholeFile(output, bytes);
    return;
  }
  progress.end();
  for await (const piece of bytes) await terminal.outBytes(piece);
}

function assertReadable(format: SqlFormat, { output }: SqlOptions, terminal: Terminal): void {
  if (output !== undefined && format === 'table') {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The name ${JSON.stringify(output)} does not tell the format of the file. Give one with --format, such as parquet.`,
    );
  }
  if (output === undefined && BINARY_FORMATS.includes(format) && Number.isFinite(terminal.width)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The format ${format} is bytes that a terminal cannot show. Give a file with --output.`,
    );
  }
}

async function readStandardInput(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

/**
 * Runs the body. On an interrupt (Ctrl-C) or a request to end, it stops the query first, because ending the process while
 * DuckDB works would hang, and a partial file would stay. Then it ends the process like the signal does.
 */
async function interruptible(
  session: QuerySession,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    received = signal;
    stop.abort();
  };
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    await body(stop.signal);
  } catch (error) {
    if (received === undefined) throw error;
    await session.close();
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.kill(process.pid, received);
    await setTimeout(DYING_MS);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
