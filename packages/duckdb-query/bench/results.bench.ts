import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { MemoryStore } from '@tidemark/core';
import { openQuery, type QuerySession, type ResultFormat } from '../src/index.ts';

const ROWS = 1_000_000;
const REPEATS = 5;
const SQL = `SELECT range AS step, range / 7 AS value, 'run ' || range % 1000 AS name FROM range(${ROWS})`;
const FORMATS: readonly ResultFormat[] = ['ndjson', 'csv', 'arrow', 'parquet'];

/**
 * Measures each form of a result of a million rows in processor time, as a ratio to the query itself, compared with DuckDB's own
 * export of the same rows.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const session = await openQuery({ store: new MemoryStore(), threads: 1 });
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const parts: Record<string, number[]> = {};
  const note = async (part: string, body: () => Promise<unknown>): Promise<void> => {
    const { user, system } = process.cpuUsage();
    await body();
    const after = process.cpuUsage();
    const ms = (after.user - user + after.system - system) / 1000;
    parts[part] = [...(parts[part] ?? []), ms];
  };
  const bytes: Record<string, number> = {};
  try {
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      await note('the query itself', () => connection.run(SQL));
      await note('typed columns', () => session.columns(SQL));
      await note('rows', () => session.query(SQL));
      for (const format of FORMATS) {
        await note(format, async () => {
          bytes[format] = await countBytes(session, format);
        });
      }
      for (const format of ['csv', 'parquet']) {
        const file = join(folder, `x.${format}`);
        const compression = format === 'parquet' ? ', COMPRESSION zstd' : '';
        await note(`DuckDB's COPY: ${format}`, () =>
          connection.run(`COPY (${SQL}) TO '${file}' (FORMAT ${format}${compression})`),
        );
        bytes[`DuckDB's COPY: ${format}`] = statSync(file).size;
      }
    }
    report(parts, bytes);
  } finally {
    connection.closeSync();
    await session.close();
    rmSync(folder, { recursive: true });
  }
}

async function countBytes(session: QuerySession, format: ResultFormat): Promise<number> {
  const encoded = await session.encode(SQL, [], { format });
  let count = 0;
  for await (const piece of encoded.bytes) count += piece.length;
  return count;
}

function report(
  parts: Readonly<Record<string, readonly number[]>>,
  bytes: Readonly<Record<string, number>>,
): void {
  const medians = Object.fromEntries(
    Object.entries(parts).map(([part, times]) => [
      part,
      Math.round(times.toSorted((a, b) => a - b)[REPEATS >> 1] ?? 0),
    ]),
  );
  const itself = medians['the query itself'] ?? 1;
  const ratios = Object.fromEntries(
    Object.entries(medians).map(([part, ms]) => [part, Math.round((ms / itself) * 10) / 10]),
  );
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const results = { rows: ROWS, mediansMs: medians, ratios, bytes, node: process.version, commit };
  console.table(medians);
  const file = fileURLToPath(new URL('results/results.json', import.meta.url));
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

await main();
