import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Records one measurement of a part. */
export type Note = (part: string, value: number) => void;

/**
 * Measures a subject a few times, each in an empty folder, and keeps the medians: printed, and as
 * `results/<name>.json`.
 */
export async function measure(
  name: string,
  repeats: number,
  subject: (folder: string, note: Note) => Promise<void>,
): Promise<void> {
  const samples = new Map<string, number[]>();
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
    try {
      await subject(folder, (part, value) => {
        samples.set(part, [...(samples.get(part) ?? []), value]);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const medians = Object.fromEntries([...samples].map(([part, values]) => [part, median(values)]));
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = { node: process.version, processors: availableParallelism(), commit };
  console.log(name);
  console.table(medians);
  const path = fileURLToPath(new URL(`results/${name}.json`, import.meta.url));
  writeFileSync(path, `${JSON.stringify({ repeats, medians, ...machine }, null, 2)}\n`);
}

/** How long each of the given number of calls takes, in microseconds. */
export async function microsecondsEach(
  count: number,
  act: (index: number) => Promise<void> | void,
): Promise<number> {
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) await act(index);
  return ((performance.now() - startMs) * 1000) / count;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[sorted.length >> 1] ?? 0).toPrecision(3));
}
