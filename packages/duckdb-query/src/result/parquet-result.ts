import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { TidemarkError } from '@tidemark/core';
import type { Duckdb } from '../duckdb/duckdb.ts';
import { distinctNames, type QueryChunks } from './query-chunks.ts';

/**
 * Encodes a result as a Parquet file. The database of the query may not write files, so the rows go to another one, which
 * never sees the text of a query: it holds them in a temporary folder, and writes the file there.
 * @throws WRITE_FAILED if there is no room for them
 */
export async function* parquetBytes(
  duckdb: Duckdb,
  { columns, chunks }: QueryChunks,
): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-parquet-'));
  const file = join(folder, 'result.parquet');
  let failed: { readonly error: unknown } | undefined;
  const ofQuery = async function* (): AsyncGenerator<DuckDBDataChunk> {
    try {
      yield* chunks;
    } catch (error) {
      failed = { error };
      throw error;
    }
  };
  try {
    const instance = await duckdb.DuckDBInstance.create(join(folder, 'rows.duckdb'), {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      preserve_insertion_order: 'true',
    });
    try {
      const connection = await instance.connect();
      try {
        // Names of columns in a table ignore upper and lower case, and those of a file need not.
        const stored = columns.map(({ type }, at) => `c${at} ${type}`);
        await connection.run(`CREATE TABLE rows (${stored.join(', ')})`);
        const appender = await connection.createAppender('rows');
        for await (const chunk of ofQuery()) appender.appendDataChunk(chunk);
        appender.closeSync();
        const named = namesOf(columns).map((name, at) => `c${at} AS ${quoted(name, '"')}`);
        await connection.run(
          `COPY (SELECT ${named.join(', ')} FROM rows) TO ${quoted(file, "'")} (FORMAT parquet, COMPRESSION zstd)`,
        );
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
    yield* createReadStream(file);
  } catch (error) {
    throw error === failed?.error ? error : notWritten(folder, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function notWritten(folder: string, cause: unknown): TidemarkError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TidemarkError(
    'WRITE_FAILED',
    `The rows for a Parquet file could not be written to ${folder}: ${why}. Free some space there, or name another folder with TMPDIR.`,
    { cause, details: { path: folder } },
  );
}

/** DuckDB refuses to write two columns whose names differ only in case. */
function namesOf(columns: QueryChunks['columns']): string[] {
  const lower = distinctNames(columns.map(({ name }) => name.toLowerCase()));
  return columns.map(({ name }, at) => name + (lower[at] ?? '').slice(name.toLowerCase().length));
}

function quoted(text: string, quote: string): string {
  return quote + text.replaceAll(quote, quote + quote) + quote;
}
