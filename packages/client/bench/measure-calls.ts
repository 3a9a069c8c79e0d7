import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The process of the benchmark of calls. It makes each call many times with the source of one checkout and prints
 * the processor time of each in microseconds, as medians of a few rounds.
 */
const [root] = process.argv.slice(2) as [string];
const source = (path: string): string => pathToFileURL(join(root, 'packages', path)).href;
const client = (await import(source('client/src/index.ts'))) as typeof import('../src/index.ts');
const core = (await import(source('core/src/index.ts'))) as typeof import('@tidemark/core');

const ROUNDS = 7;
const RUNS = 200;

const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const figures: Record<string, number> = {};
try {
  const store = await client.openStore(join(folder, 'store'));
  for (let at = 0; at < RUNS; at += 1) {
    const other = await client.startRun({ store, environment: false });
    await other.logParams({ lr: at / RUNS, batch: 32 });
    await other.logMetrics({ acc: at / RUNS }, { step: 1 });
    await other.end();
  }
  const run = await client.startRun({ store, environment: false });
  const { runId } = run;
  let serial = 0;
  await each('logMetric', 10_000, (at) => run.logMetric('loss', 0.123456 + at, { step: at }));
  await each('one write of the same bytes', 10_000, rawWrite());
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`metric_${at}`, at / 7]));
  await each('logMetrics of ten', 2000, (at) => run.logMetrics(ten, { step: at }));
  await each('setTag', 2000, (at) => run.setTag(`tag_${at % 50}`, String(at)));
  await each('getRun', 2000, () => core.getRun(store, runId));
  const question = { filter: 'metrics.acc > 0.5', orderBy: 'metrics.acc', maxResults: 20 };
  await each(`searchRuns over ${RUNS}`, 1000, () => core.searchRuns(store, question));
  // Last, because each param is kept: a run never has a million params.
  await each('logParam', 2000, () => {
    serial += 1;
    return run.logParam(`param_${serial}`, serial);
  });
  await run.end();
  await store.close();
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(JSON.stringify(figures));

async function each(name: string, count: number, act: (at: number) => unknown): Promise<void> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let at = 0; at < count; at += 1) await act(at);
    const { user, system } = process.cpuUsage(before);
    // The code is compiled during the first rounds.
    if (round > 1) rounds.push((user + system) / count);
  }
  figures[name] = rounds.sort((a, b) => a - b)[rounds.length >> 1] as number;
}

/** Returns a function that calls `write(2)` once with the bytes of the last metric point. */
function rawWrite(): () => void {
  const logs = join(folder, 'store', 'logs');
  const [log] = readdirSync(logs).sort();
  const lines = readFileSync(join(logs, log as string), 'utf8')
    .trimEnd()
    .split('\n');
  const bytes = Buffer.from(`${lines.findLast((line) => line.includes('"loss"')) as string}\n`);
  const fd = openSync(join(folder, 'raw'), 'ax');
  process.once('exit', () => closeSync(fd));
  return () => void writeSync(fd, bytes);
}
