import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const PROCESSES = 5;
const OWN = fileURLToPath(new URL('../../..', import.meta.url));

type Figures = Record<string, number>;

/**
 * Measures the processor time of each call of a training, compared with one `write(2)` of the same bytes. With
 * BENCH_AGAINST= <another checkout of this repository, with its packages installed> it measures there too, in
 * processes that take turns, and shows the ratios: what a change made slower.
 */
function main(): void {
  const other = process.env.BENCH_AGAINST;
  const roots = other === undefined ? [OWN] : [OWN, other];
  const samples = new Map<string, Figures[]>(roots.map((root) => [root, []]));
  for (let round = 0; round < PROCESSES; round += 1) {
    for (const root of roots) samples.get(root)?.push(measureIn(root));
  }
  const own = medians(samples.get(OWN) ?? []);
  const write = own['one write of the same bytes'] as number;
  const medianOf: Figures = {};
  for (const [name, us] of Object.entries(own)) medianOf[`${name}, processor µs`] = us;
  medianOf['logMetric / one write'] = rounded((own.logMetric as number) / write);
  if (other !== undefined) {
    const before = medians(samples.get(other) ?? []);
    for (const [name, us] of Object.entries(own)) {
      medianOf[`${name}, against the other checkout`] = rounded(us / (before[name] as number));
    }
  }
  console.log('calls');
  console.table(medianOf);
  const commitOf = (root: string): string =>
    execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const machine = {
    node: process.version,
    processors: availableParallelism(),
    commit: commitOf(OWN),
    ...(other === undefined ? {} : { against: commitOf(other) }),
  };
  const path = fileURLToPath(new URL('results/calls.json', import.meta.url));
  const result = { repeats: PROCESSES, medians: medianOf, ...machine };
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
}

function measureIn(root: string): Figures {
  const script = fileURLToPath(new URL('measure-calls.ts', import.meta.url));
  const args = ['--conditions=@tidemark/source', '--import', 'tsx', script, root];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures;
}

function medians(samples: readonly Figures[]): Figures {
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const sorted = samples.map((sample) => sample[name] as number).sort((a, b) => a - b);
      return [name, rounded(sorted[sorted.length >> 1] as number)];
    }),
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

main();
