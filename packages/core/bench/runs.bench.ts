import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from '../src/file/file-store.ts';
import { measure, microsecondsEach } from './figures.ts';
import { writeSmallRun } from './small-run.ts';
import { sqliteReference } from './sqlite-reference.ts';

const RUNS = 100_000;
const PROCESSES = 4;

/**
 * Measures small runs, created and ended by one process and by four. The end of a run syncs, which
 * costs what the disk takes; the same without ends shows what Tidemark itself takes.
 */
export function benchRuns(): Promise<void> {
  return measure('runs', 1, async (folder, note) => {
    const rssBefore = process.memoryUsage().rss;
    const store = openFileStore(join(folder, 'one'));
    const open = await microsecondsEach(RUNS, (index) => writeSmallRun(store, index, false));
    note('a small run that is not ended, one process, µs', open);
    note('memory that the active runs added, MB', (process.memoryUsage().rss - rssBefore) / 1e6);
    const ended = await microsecondsEach(RUNS, (index) => writeSmallRun(store, index));
    await store.close();
    note('a small run, one process, µs', ended);
    note('runs a second, one process', 1e6 / ended);
    note('bytes a run', sizeOf(join(folder, 'one', 'logs')) / (2 * RUNS));
    const four = await byProcesses(join(folder, 'four'));
    note('a small run, four processes, µs', four);
    note('runs a second, four processes', 1e6 / four);
    const files = readdirSync(join(folder, 'four'), { recursive: true }).length;
    note('inodes a run, four processes', files / RUNS);
    const sqlite = sqliteReference('runs', folder, RUNS / 10);
    if (sqlite !== undefined) note('a small run in node:sqlite (WAL, NORMAL), µs', sqlite);
  });
}

/** The wall time of each run when several processes write them; the start of the processes is in it. */
async function byProcesses(folder: string): Promise<number> {
  const script = fileURLToPath(new URL('write-small-runs.ts', import.meta.url));
  const args = ['--conditions=@tidemark/source', '--import', 'tsx', script];
  const startMs = performance.now();
  const children = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, [...args, folder, String(RUNS / PROCESSES)], { stdio: 'inherit' }),
  );
  for (const [code] of await Promise.all(children.map((child) => once(child, 'close')))) {
    if (code !== 0) throw new Error(`a writer ended with ${String(code)}`);
  }
  return ((performance.now() - startMs) * 1000) / RUNS;
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
