import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openFileStore } from '../src/file/file-store.ts';
import { refreshIndex } from '../src/file/refresh-index.ts';
import {
  bucketColumnsOf,
  historyColumns,
  metricBuckets,
  metricBucketsOf,
  type RunId,
  type Store,
  searchRuns,
} from '../src/index.ts';
import { peakMemoryKib } from '../src/testing/peak-memory.ts';

/**
 * A process for the benchmark of reading: does one thing, cold, and prints how long it took from opening
 * the store to the answer, by the clock and of the processors, how large
 * the process became, how long it held its event loop at most, and how much there was in the answer.
 */
const [what, folder, index, run] = process.argv.slice(2) as [string, string, 'auto' | 'off', RunId];

const QUESTION = {
  filter: "metrics.acc > 0.9 and params.lr = '0.1'",
  orderBy: 'metrics.loss',
  maxResults: 50,
};

const ACTS: Readonly<Record<string, (store: Store) => Promise<number>>> = {
  search: async (store) => (await searchRuns(store, QUESTION)).runs.length,
  open: async (store) => (await store.experiments()).length,
  history: async (store) => (await store.metricHistory(run, 'loss')).length,
  'history-columns': async (store) => (await historyColumns(store, run, 'loss')).steps.length,
  buckets: async (store) => (await metricBuckets(store, run, 'loss', 1000)).length,
  'buckets-of': async (store) =>
    (await metricBucketsOf(store, run.split(',') as RunId[], 'loss', { count: 1000 })).length,
  'bucket-columns': async (store) =>
    (await bucketColumnsOf(store, run.split(',') as RunId[], 'loss', { count: 1000 })).length,
  bytes: async () => readBytes(),
  make: async () => Number(await refreshIndex(folder)),
};

function readBytes(): number {
  const names = readdirSync(join(folder, 'logs'));
  return names.reduce((sum, name) => sum + readFileSync(join(folder, 'logs', name)).length, 0);
}

function parseLines(): number {
  let count = 0;
  for (const name of readdirSync(join(folder, 'logs'))) {
    if (!name.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(folder, 'logs', name), 'utf8').split('\n')) {
      if (line === '') continue;
      JSON.parse(line);
      count += 1;
    }
  }
  return count;
}

const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();
const startMs = performance.now();
const before = process.cpuUsage();
const count = await (what === 'parse'
  ? parseLines()
  : ACTS[what]?.(openFileStore(folder, { index })));
const ms = performance.now() - startMs;
const { user, system } = process.cpuUsage(before);
const peakMb = peakMemoryKib() / 1024;
// The timer of the histogram fires once more after the last turn.
await new Promise((resolve) => setTimeout(resolve, 5));
const blockMs = loop.max / 1e6;
process.stdout.write(JSON.stringify({ ms, cpuMs: (user + system) / 1000, peakMb, blockMs, count }));
