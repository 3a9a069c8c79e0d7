import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript } from '@tidemark/test-kit';
import { openFileStore } from '../src/file/file-store.ts';
import { collectGarbage } from '../src/file/gc/collect-garbage.ts';
import { planGarbage } from '../src/file/gc/plan-garbage.ts';
import { refreshIndex } from '../src/file/refresh-index.ts';
import { DEFAULT_EXPERIMENT_ID, newRunId, type RunId, type StoreEvent } from '../src/index.ts';
import { measure, type Note } from './figures.ts';

const RUNS = 100_000;
const TAIL_RUNS = 10_000;
const ONE_RUN_LOGS = 20_000;
const POINTS = 1_000_000;
const OTHER_RUNS = 1000;
const REPEATS = 5;

/** Measures searches over many runs, and the making of their index. */
export async function benchSearch(): Promise<void> {
  await measure('search', 1, searchMany);
  // Ten minutes and ten gigabytes: only when asked for.
  if (process.env.BENCH_MILLION === '1') await measure('search-million', 1, searchMillion);
}

/** Measures reads of a store of many small logs, before and after `gc` merged them. */
export function benchManyLogs(): Promise<void> {
  return measure('many-logs', 1, readManyLogs);
}

/** Measures long histories. */
export function benchHistory(): Promise<void> {
  return measure('history', 1, readHistories);
}

const script = await bundleScript(new URL('read-once.ts', import.meta.url));

async function searchMany(folder: string, note: Note): Promise<void> {
  await writeRuns(folder, RUNS);
  const parse = once('parse', folder, 'off');
  const plain = once('search', folder, 'off');
  note('only JSON.parse of the lines, ms', parse.ms);
  note('search with nothing derived, ms', plain.ms);
  note('search with nothing derived / JSON.parse', plain.ms / parse.ms);
  // The processors' time says more where others use them too; garbage collection runs in parallel.
  note('the same of processor time', plain.cpuMs / parse.cpuMs);
  note('peak memory with nothing derived, MB', plain.peakMb);
  await benchIndexed(folder, note, RUNS);
}

async function searchMillion(folder: string, note: Note): Promise<void> {
  await writeRuns(folder, 10 * RUNS);
  const plain = once('search', folder, 'off', '', 1);
  note('search with nothing derived, ms', plain.ms);
  note('peak memory with nothing derived, MB', plain.peakMb);
  await benchIndexed(folder, note, 10 * RUNS);
}

async function benchIndexed(folder: string, note: Note, runs: number): Promise<void> {
  const parse = once('parse', folder, 'off', '', 1);
  const making = once('make', folder, 'auto', '', 1);
  note('making the index and the parts of points, processor ms', making.cpuMs);
  note('making them / JSON.parse, of processor time', making.cpuMs / parse.cpuMs);
  note('peak memory of making them, MB', making.peakMb);
  note('longest block of the event loop while making them, ms', making.blockMs);
  note('bytes of the index a run', sizeOf(join(folder, 'index')) / runs);
  note('bytes of the logs a run', sizeOf(join(folder, 'logs')) / runs);
  const indexed = once('search', folder, 'auto');
  note('search with the index, ms', indexed.ms);
  note('search with the index, processor ms', indexed.cpuMs);
  note('peak memory with the index, MB', indexed.peakMb);
  await writeRuns(folder, TAIL_RUNS);
  const tail = once('search', folder, 'auto');
  note(`search with ${TAIL_RUNS} runs on top of the index, ms`, tail.ms);
  note(`search with ${TAIL_RUNS} runs on top of the index, processor ms`, tail.cpuMs);
  note(`peak memory with ${TAIL_RUNS} runs on top, MB`, tail.peakMb);
}

async function readManyLogs(folder: string, note: Note): Promise<void> {
  for (let log = 0; log < ONE_RUN_LOGS; log += 1) await writeRuns(folder, 1);
  const show = (state: string): void => {
    const { ms, cpuMs, peakMb } = once('search', folder, 'auto');
    note(`search, ${state}, ms`, ms);
    note(`search, ${state}, processor ms`, cpuMs);
    note(`peak memory, ${state}, MB`, peakMb);
  };
  show('20,000 logs of one run');
  await refreshIndex(folder);
  show('20,000 logs of one run, with the index');
  const startMs = performance.now();
  const before = process.cpuUsage();
  await collectGarbage(await planGarbage(folder), { by: { name: 'bench', authenticated: false } });
  note('merging the logs, ms', performance.now() - startMs);
  const { user, system } = process.cpuUsage(before);
  note('merging the logs, processor ms', (user + system) / 1000);
  note('logs after merging', readdirSync(join(folder, 'logs')).length);
  rmSync(join(folder, 'index'), { recursive: true, force: true });
  show('the logs merged');
  await refreshIndex(folder);
  show('the logs merged, with the index');
}

async function readHistories(folder: string, note: Note): Promise<void> {
  for (const others of [0, OTHER_RUNS]) {
    const where = others === 0 ? 'as the only run' : `next to ${others} other runs`;
    const store = join(folder, String(others));
    const run = await writePoints(store, others);
    const history = once('history', store, 'auto', run);
    const buckets = once('buckets', store, 'auto', run);
    note(`full history of a million points, ${where}, ms`, history.ms);
    note(`a thousand buckets of it, ${where}, ms`, buckets.ms);
    note(`peak memory, ${where}, MB`, Math.max(history.peakMb, buckets.peakMb));
    await refreshIndex(store);
    const indexed = once('buckets', store, 'auto', run);
    note(`a thousand buckets of it, ${where}, with the index, ms`, indexed.ms);
  }
}

/** Runs of 8 params, 6 metrics and 6 tags, written in large calls: writing is not what is measured here. */
async function writeRuns(folder: string, count: number): Promise<void> {
  const store = openFileStore(folder);
  let events: StoreEvent[] = [];
  for (let index = 0; index < count; index += 1) {
    events.push(...eventsOfRun(newRunId(), index));
    if (events.length < 1000 && index < count - 1) continue;
    await store.append(events);
    events = [];
  }
  await store.close();
}

function eventsOfRun(run: RunId, index: number): StoreEvent[] {
  const random = new Float64Array(6).map(() => randomBytes(4).readUInt32BE() / 2 ** 32);
  const [acc = 0, loss = 0, f1 = 0, auc = 0, latency = 0, size = 0] = random;
  const timeMs = 1_700_000_000_000 + index * 1000;
  const tags = { 'mlflow.user': 'ada', team: `t${index % 7}`, host: `h${index % 40}` };
  const more = { 'mlflow.source.type': 'LOCAL', 'mlflow.source.name': 'train.ts', no: `${index}` };
  const rate = ['0.1', '0.01', '0.001', '0.3'][index % 4] as string;
  const sizes = { batch: `${32 << (index % 3)}`, depth: `${index % 12}`, width: `${index % 9}` };
  const others = { opt: 'adam', dropout: `${(index % 10) / 10}`, epochs: '10', data: 'v1' };
  return [
    {
      kind: 'run-created',
      run,
      experiment: DEFAULT_EXPERIMENT_ID,
      name: `run ${index}`,
      user: 'ada',
      timeMs,
      tags: { ...tags, ...more },
    },
    { kind: 'params', run, params: { lr: rate, ...sizes, ...others } },
    { kind: 'metrics', run, timeMs, step: 10, metrics: { acc, loss, f1, auc, latency, size } },
    { kind: 'run-updated', run, status: 'FINISHED', endTimeMs: timeMs + 900 },
  ];
}

/** A metric of a million points in one run, while others log a point each for a thousand of them. */
async function writePoints(folder: string, others: number): Promise<RunId> {
  const store = openFileStore(folder);
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
  const { runId } = await store.createRun(draft);
  const beside: RunId[] = [];
  for (let other = 0; other < others; other += 1) beside.push((await store.createRun(draft)).runId);
  for (let step = 0; step < POINTS; step += 1) {
    await store.append([point(runId, step)]);
    const other = beside[step % OTHER_RUNS];
    if (other !== undefined) await store.append([point(other, step)]);
  }
  await store.close();
  return runId;
}

function point(run: RunId, step: number): StoreEvent {
  return { kind: 'metrics', run, timeMs: step, step, metrics: { loss: 1 / (step + 1) } };
}

interface Once {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly blockMs: number;
}

/** The median of a few fresh processes; the files are in the page cache after the first. */
function once(
  what: string,
  folder: string,
  index: 'auto' | 'off',
  run = '',
  repeats = REPEATS,
): Once {
  const args = [script, what, folder, index, run];
  const samples = Array.from({ length: repeats }, () => {
    const out = execFileSync(process.execPath, args, { encoding: 'utf8' });
    return JSON.parse(out) as Once;
  });
  return samples.sort((a, b) => a.ms - b.ms)[repeats >> 1] as Once;
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
