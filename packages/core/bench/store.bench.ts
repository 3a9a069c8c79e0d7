import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from '../src/file/file-store.ts';
import { DEFAULT_EXPERIMENT_ID, planMetrics, type Run, type Store } from '../src/index.ts';

const POINTS = 200_000;
const RUNS = 20_000;
const REPEATS = 5;

/**
 * What the file store costs, each part beside the least that it could: a metric point beside one
 * `write(2)` of the same bytes, the fold of a whole store beside `JSON.parse` of the same lines.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    const samples: Record<string, number[]> = {};
    const note = (part: string, value: number): void => {
      samples[part] = [...(samples[part] ?? []), value];
    };
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      await benchPoints(join(folder, `points-${repeat}`), note);
      await benchRuns(join(folder, `runs-${repeat}`), note);
    }
    report(samples);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Note = (part: string, value: number) => void;

async function benchPoints(folder: string, note: Note): Promise<void> {
  const store = openFileStore(folder);
  const { runId } = await newRun(store, 0);
  const one = await microsecondsEach(POINTS, async (step) => {
    await store.append([planMetrics(runId, { loss: 0.123456 + step }, { step })]);
  });
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`metric_${at}`, at / 7]));
  const batch = await microsecondsEach(POINTS / 10, async (step) => {
    await store.append([planMetrics(runId, ten, { step })]);
  });
  const [log] = readdirSync(join(folder, 'logs'));
  const line = readFileSync(join(folder, 'logs', log as string))
    .toString()
    .split('\n')[5];
  const fd = openSync(join(folder, 'raw'), 'ax');
  const bytes = Buffer.from(`${line}\n`);
  const raw = await microsecondsEach(POINTS, async () => void writeSync(fd, bytes));
  closeSync(fd);
  await store.close();
  note('a metric point, µs', one);
  note('a point in a batch of ten, µs', batch / 10);
  note('one write of the same bytes, µs', raw);
  note('a metric point / one write', one / raw);
  note('a metric point / a point in a batch of ten', one / (batch / 10));
}

async function benchRuns(folder: string, note: Note): Promise<void> {
  const store = openFileStore(folder);
  const values = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
  const params = Object.fromEntries(values(8).map((at) => [`param_${at}`, String(at)]));
  const metrics = Object.fromEntries(values(6).map((at) => [`metric_${at}`, at / 7]));
  const each = await microsecondsEach(RUNS, async (index) => {
    const { runId } = await newRun(store, index);
    await store.append([
      { kind: 'params', run: runId, params },
      planMetrics(runId, metrics),
      // Not an end, which syncs: the disk's own time is not what is measured here.
      { kind: 'run-updated', run: runId, status: 'SCHEDULED' },
    ]);
  });
  await store.close();
  const log = join(folder, 'logs', readdirSync(join(folder, 'logs'))[0] as string);
  const parse = timed(() => {
    for (const line of readFileSync(log, 'utf8').split('\n')) if (line !== '') JSON.parse(line);
  });
  const reader = openFileStore(folder);
  const startMs = performance.now();
  await reader.experiments();
  const fold = performance.now() - startMs;
  note('a small run, µs', each);
  note('bytes a run', statSync(log).size / RUNS);
  note('fold of all runs, ms', fold);
  note('JSON.parse of the same lines, ms', parse);
  note('fold / JSON.parse', fold / parse);
}

function newRun(store: Store, index: number): Promise<Run> {
  const tags = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`tag_${at}`, String(at)]));
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, userId: 'bench', startTimeMs: index, tags };
  return store.createRun({ ...draft, name: `run ${index}` });
}

async function microsecondsEach(
  count: number,
  act: (index: number) => Promise<void>,
): Promise<number> {
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) await act(index);
  return ((performance.now() - startMs) * 1000) / count;
}

function timed(act: () => void): number {
  const startMs = performance.now();
  act();
  return performance.now() - startMs;
}

function report(samples: Readonly<Record<string, readonly number[]>>): void {
  const medians = Object.fromEntries(
    Object.entries(samples).map(([part, values]) => {
      const sorted = [...values].sort((a, b) => a - b);
      return [part, Number((sorted[sorted.length >> 1] ?? 0).toPrecision(3))];
    }),
  );
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const result = { points: POINTS, runs: RUNS, medians, node: process.version, commit };
  console.table(medians);
  const path = fileURLToPath(new URL('results/store.json', import.meta.url));
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
}

await main();
