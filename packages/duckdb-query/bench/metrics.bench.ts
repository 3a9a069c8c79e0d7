import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { DEFAULT_EXPERIMENT_ID, type StoreEvent } from '@tidemark/core';
import { openFileStore, refreshIndex } from '@tidemark/core/node';
import { openQuery } from '../src/index.ts';

const RUNS = 1000;
const STEPS = 250;
const KEYS = ['loss', 'acc', 'val_loss', 'val_acc'];
const REPEATS = 5;
const GROUP_BY = 'SELECT run_id, key, count(*), avg(value), arg_max(value, step) FROM';

/**
 * Measures SQL over a million metric points in processor time, each part as a ratio to the minimum: reading the same
 * bytes, and plain DuckDB over a Parquet file of the same rows. Every process and cache is warm.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    const store = join(folder, 'store');
    await fillStore(store);
    await refreshIndex(store);
    const parts: Record<string, number[]> = {};
    const note = (part: string, ms: number): void => {
      parts[part] = [...(parts[part] ?? []), ms];
    };
    await writeParquet(folder);
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      note('cat of the logs', await timed(() => readAll(join(store, 'logs'))));
      await benchSession(store, 'off', (part, ms) => note(`from the logs: ${part}`, ms));
      await benchSession(store, 'auto', (part, ms) => note(`from the parts: ${part}`, ms));
      await benchParquet(folder, note);
    }
    report(parts);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fillStore(folder: string): Promise<void> {
  for (let index = 0; index < RUNS; index += 1) {
    const store = openFileStore(folder);
    const startTimeMs = 1_700_000_000_000 + index * 1000;
    const { runId } = await store.createRun({
      ...{
        experimentId: DEFAULT_EXPERIMENT_ID,
        name: `run ${index}`,
        userId: 'bench',
        startTimeMs,
      },
    });
    const events: StoreEvent[] = [{ kind: 'params', run: runId, params: { lr: String(index) } }];
    for (let step = 0; step < STEPS; step += 1) {
      const values = KEYS.map((key, at) => [key, Math.exp(-step / 50) + at / (index + 7)] as const);
      const metrics = Object.fromEntries(values);
      events.push({ kind: 'metrics', run: runId, timeMs: startTimeMs + step, step, metrics });
    }
    await store.append(events);
    await store.close();
  }
}

/** Writes the rows of the table `metrics` to a Parquet file, with the same query that fills the table. */
async function writeParquet(folder: string): Promise<void> {
  const session = await openQuery({ store: join(folder, 'store') });
  const { rows } = await session.query(`${GROUP_BY} metrics GROUP BY ALL`);
  await session.close();
  if (rows.length !== RUNS * KEYS.length) throw new Error(`There are ${rows.length} groups.`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`
    COPY (
      SELECT run AS run_id, unnest(map_keys(metrics)) AS key, unnest(map_values(metrics)) AS value, step,
        to_timestamp(coalesce("timeMs", "at" // 1000) / 1000) AS timestamp
      FROM read_json('${folder}/store/logs/*.jsonl', format = 'newline_delimited', columns = {
        "at": 'BIGINT', kind: 'VARCHAR', run: 'VARCHAR', "timeMs": 'BIGINT', step: 'BIGINT',
        metrics: 'MAP(VARCHAR, DOUBLE)'
      }) WHERE kind = 'metrics'
    ) TO '${folder}/metrics.parquet'`);
  connection.closeSync();
  instance.closeSync();
}

type Note = (part: string, ms: number) => void;

async function benchSession(folder: string, index: 'auto' | 'off', note: Note): Promise<void> {
  const store = openFileStore(folder, { index });
  note('the fold of the store', await timed(() => store.runs({})));
  let session = await openQuery({ store });
  note('first query of runs', await timed(() => session.query('SELECT count(*) FROM runs')));
  await session.close();
  note(
    'session open, store folded',
    await timed(async () => {
      session = await openQuery({ store });
    }),
  );
  const query = (): Promise<unknown> => session.query(`${GROUP_BY} metrics GROUP BY ALL`);
  note('first query of metrics', await timed(query));
  note('group by, again', await timed(query));
  await session.close();
  await store.close();
}

async function benchParquet(folder: string, note: Note): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const sql = `${GROUP_BY} '${folder}/metrics.parquet' GROUP BY ALL`;
  note('group by over Parquet', await timed(async () => (await connection.run(sql)).getRowsJS()));
  connection.closeSync();
  instance.closeSync();
}

function readAll(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder)) bytes += readFileSync(join(folder, name)).length;
  return bytes;
}

/** Milliseconds of the processor, of all threads: the machine may be busy. */
async function timed(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function report(parts: Readonly<Record<string, readonly number[]>>): void {
  const median = (part: string): number => {
    const sorted = [...(parts[part] ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] as number;
  };
  const ratio = (a: string, b: string): number => Number((median(a) / median(b)).toFixed(1));
  const result = {
    points: RUNS * STEPS * KEYS.length,
    runs: RUNS,
    mediansMs: Object.fromEntries(
      Object.keys(parts).map((part) => [part, Number(median(part).toFixed(0))]),
    ),
    ratios: {
      'from the logs: first query of metrics / cat': ratio(
        'from the logs: first query of metrics',
        'cat of the logs',
      ),
      'from the parts: first query of metrics / cat': ratio(
        'from the parts: first query of metrics',
        'cat of the logs',
      ),
      'from the parts: first query of metrics / Parquet': ratio(
        'from the parts: first query of metrics',
        'group by over Parquet',
      ),
      'group by, again / Parquet': ratio(
        'from the parts: group by, again',
        'group by over Parquet',
      ),
    },
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  writeFileSync(new URL('results/metrics.json', import.meta.url), text);
  process.stdout.write(text);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  await main();
}
