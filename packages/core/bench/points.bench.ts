import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript } from '@tidemark/test-kit';
import { openFileStore } from '../src/file/file-store.ts';
import { DEFAULT_EXPERIMENT_ID, type RunId, type Store, type StoreEvent } from '../src/index.ts';
import { measure, type Note } from './figures.ts';

const POINTS = 1_000_000;
const SERIES_POINTS = 10_000;
const RUNS = 100;
const REPEATS = 3;

/** Measures histories in a new process, with and without parts of points, each compared with reading the bytes. */
export async function benchPoints(): Promise<void> {
  const script = await bundleScript(new URL('read-once.ts', import.meta.url));
  await measure('points', 1, async (folder, note) => {
    const one = join(folder, 'one');
    const [run] = await writeRuns(one, 1, pointByPoint);
    compare(script, 'a million points one by one', one, run as RunId, 'history', note);
    compare(
      script,
      'a million points one by one, as 1,000 buckets',
      one,
      run as RunId,
      'buckets',
      note,
    );
    const inColumns = 'a million points one by one, in columns';
    compare(script, inColumns, one, run as RunId, 'history-columns', note);
    const series = join(folder, 'series');
    const [other] = await writeRuns(series, 1, inSeries);
    compare(script, 'a million points in series', series, other as RunId, 'history', note);
    const many = join(folder, 'many');
    const runs = await writeRuns(many, RUNS, (id) => inSeries(id, SERIES_POINTS));
    const what = `${RUNS} runs of ${SERIES_POINTS} points, as 1,000 buckets each`;
    compare(script, what, many, runs.join(), 'buckets-of', note);
    compare(script, `${what}, in columns`, many, runs.join(), 'bucket-columns', note);
  });
}

/** The same question without parts, the making of them, and with them. */
function compare(
  script: string,
  subject: string,
  folder: string,
  runs: string,
  what: string,
  note: Note,
): void {
  rmSync(join(folder, 'index'), { recursive: true, force: true });
  const bytes = once(script, 'bytes', folder, runs);
  const parse = once(script, 'parse', folder, runs);
  const plain = once(script, what, folder, runs, 'off');
  const making = once(script, 'make', folder, runs, 'auto', 1);
  const parts = once(script, what, folder, runs);
  note(`${subject}: reading the bytes of the logs, processor ms`, bytes.cpuMs);
  note(`${subject}: JSON.parse of the lines, processor ms`, parse.cpuMs);
  note(`${subject}: without parts, processor ms`, plain.cpuMs);
  note(`${subject}: making the index and the parts / JSON.parse`, making.cpuMs / parse.cpuMs);
  note(`${subject}: with parts, ms`, parts.ms);
  note(`${subject}: with parts, processor ms`, parts.cpuMs);
  note(`${subject}: with parts, peak memory, MB`, parts.peakMb);
  note(`${subject}: making, peak memory, MB`, making.peakMb);
  note(`${subject}: with parts / reading the bytes`, parts.cpuMs / bytes.cpuMs);
  note(`${subject}: with parts / without`, parts.cpuMs / plain.cpuMs);
  note(
    `${subject}: bytes of the index a byte of the logs`,
    sizeOf(folder, 'index') / sizeOf(folder, 'logs'),
  );
}

interface Once {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

/** The median of a few fresh processes, by the time of the processors. */
function once(
  script: string,
  what: string,
  folder: string,
  runs: string,
  index: 'auto' | 'off' = 'auto',
  repeats = REPEATS,
): Once {
  const samples = Array.from(
    { length: repeats },
    () =>
      JSON.parse(
        execFileSync(process.execPath, [script, what, folder, index, runs], { encoding: 'utf8' }),
      ) as Once,
  );
  return samples.sort((a, b) => a.cpuMs - b.cpuMs)[repeats >> 1] as Once;
}

async function writeRuns(
  folder: string,
  count: number,
  events: (run: RunId) => Iterable<StoreEvent>,
): Promise<RunId[]> {
  const store: Store = openFileStore(folder);
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
  const ids: RunId[] = [];
  for (let index = 0; index < count; index += 1) {
    const { runId } = await store.createRun(draft);
    ids.push(runId);
    for (const event of events(runId)) await store.append([event]);
    await store.append([{ kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 2 }]);
  }
  await store.close();
  return ids;
}

function* pointByPoint(run: RunId): Generator<StoreEvent> {
  for (let step = 0; step < POINTS; step += 1) {
    yield { kind: 'metrics', run, timeMs: 1e12 + step, step, metrics: { loss: 1 / (step + 1) } };
  }
}

function* inSeries(run: RunId, points = POINTS): Generator<StoreEvent> {
  for (let from = 0; from < points; from += SERIES_POINTS) {
    const steps = Array.from({ length: SERIES_POINTS }, (_, index) => from + index);
    const values = steps.map((step) => 1 / (step + 1));
    const times = { timeMs: 1e12, elapsedMs: steps };
    yield { kind: 'metric-series', run, key: 'loss', ...times, steps, values };
  }
}

function sizeOf(folder: string, name: string): number {
  const path = join(folder, name);
  return readdirSync(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0);
}
