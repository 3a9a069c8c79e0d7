import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from '@tidemark/core/node';

const REPEATS = 11;
const RUNS = 1000;
const PROBE = fileURLToPath(new URL('report-processor-time.cjs', import.meta.url));
const COMMAND = fileURLToPath(new URL('../bin/tidemark.js', import.meta.url));

/**
 * Measures the built command from start to end, compared with a Node that does nothing: medians of calls in
 * alternation. Read the processor time on a machine that others use as well. Build before: `npx turbo run build
 * --filter=@tidemark/cli`.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    await fillStore(folder);
    const store = ['--store', folder];
    const calls: Record<string, string[]> = {
      'node -e 0': ['-e', '0'],
      '--version': [COMMAND, '--version'],
      '--help': [COMMAND, '--help'],
      'completion bash': [COMMAND, 'completion', 'bash'],
      'completing a command': [COMMAND, '__complete', '--', 'runs', 'sh'],
      'runs list': [COMMAND, 'runs', 'list', ...store],
      'runs show latest': [COMMAND, 'runs', 'show', 'latest', ...store],
    };
    const samples: Record<string, Sample[]> = {};
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      for (const [name, argv] of Object.entries(calls)) {
        samples[name] = [...(samples[name] ?? []), sampleOf(argv)];
      }
    }
    report(samples);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fillStore(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const { experimentId } = await store.createExperiment({ name: 'bench', creationTimeMs: 1 });
  for (let index = 0; index < RUNS; index += 1) {
    const { runId } = await store.createRun({
      experimentId,
      name: `run ${index}`,
      userId: 'bench',
      startTimeMs: 1_000 + index,
    });
    await store.append([
      { kind: 'params', run: runId, params: { lr: `${index}` } },
      { kind: 'metrics', run: runId, timeMs: 2_000, step: 0, metrics: { loss: 1 / (index + 1) } },
      { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 3_000 + index },
    ]);
  }
  await store.close();
}

interface Sample {
  readonly elapsedMs: number;
  readonly processorMs: number;
}

function sampleOf(argv: readonly string[]): Sample {
  const startMs = performance.now();
  const { output, status, stderr } = spawnSync(process.execPath, ['--require', PROBE, ...argv], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const elapsedMs = performance.now() - startMs;
  if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${stderr}`);
  return { elapsedMs, processorMs: Number(output[3]) / 1000 };
}

function report(samples: Readonly<Record<string, readonly Sample[]>>): void {
  const base = samples['node -e 0'] ?? [];
  const elapsed = (all: readonly Sample[]): number => median(all.map((one) => one.elapsedMs));
  const processor = (all: readonly Sample[]): number => median(all.map((one) => one.processorMs));
  const figures = Object.fromEntries(
    Object.entries(samples).map(([name, all]) => [
      name,
      {
        elapsedMs: rounded(elapsed(all)),
        processorMs: rounded(processor(all)),
        elapsedRatio: rounded(elapsed(all) / elapsed(base)),
        processorRatio: rounded(processor(all) / processor(base)),
      },
    ]),
  );
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = { node: process.version, processors: availableParallelism(), commit };
  console.table(figures);
  const path = fileURLToPath(new URL('results/start-up.json', import.meta.url));
  writeFileSync(
    path,
    `${JSON.stringify({ repeats: REPEATS, runs: RUNS, figures, ...machine }, null, 2)}\n`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

await main();
