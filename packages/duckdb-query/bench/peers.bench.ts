import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = import.meta.dirname;
const PEERS = ['mlflow', 'wandb', 'trackio', 'aim'];
const ASKS = 3;

/** What a side prints: the seconds after its imports, and its answers. */
interface Told {
  readonly seconds: number;
  readonly answers: Answers | null;
}

interface Answers {
  readonly bestRuns: readonly string[];
  readonly curveSum: number;
  readonly lowest: readonly string[];
  readonly histogram: readonly number[];
}

/** The seconds of a side: of logging, of the questions after the imports, and of the whole process that asks. */
interface Figures {
  readonly writeSeconds: number;
  readonly askSeconds: number;
  readonly wholeProcessSeconds: number;
}

/**
 * Measures the same four questions about 40 runs of 2,500 points in Tidemark and in other trackers, each with its own
 * storage and its own reader: the best run of each experiment, the average curve, the ten best runs with a param of at
 * least a value, a histogram. Everyone has to give the same answers. A tracker that pip cannot install is left out.
 */
function main(): void {
  const base = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    const tsx = [
      '--import',
      'tsx',
      '--conditions=@tidemark/source',
      fileURLToPath(new URL('peers/tidemark-peer.ts', import.meta.url)),
    ];
    const ours = measure(base, 'tidemark', process.execPath, tsx);
    const figures: Record<string, Figures> = { tidemark: ours.figures };
    const left: Record<string, string> = {};
    for (const peer of PEERS) {
      const python = pythonWith(peer);
      if ('reason' in python) {
        left[peer] = python.reason;
        continue;
      }
      const theirs = measure(base, peer, python.path, [join(HERE, 'peers', `${peer}_peer.py`)]);
      assertSame(peer, theirs.answers, ours.answers);
      figures[peer] = theirs.figures;
    }
    console.table(figures);
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
    }).trim();
    const result = { points: 100_000, figures, leftOut: left, node: process.version, commit };
    const path = new URL('results/peers.json', import.meta.url);
    writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    rmSync(base, { recursive: true });
  }
}

/** Returns the Python that has a tracker, or the reason why pip did not install it. */
function pythonWith(peer: string): { readonly path: string } | { readonly reason: string } {
  const prepare = fileURLToPath(new URL('../../../tools/peers/main.ts', import.meta.url));
  const args = ['--import', 'tsx', prepare, join(HERE, 'peers', `${peer}.txt`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? { path: stdout.trim() } : { reason: stderr.trim().slice(0, 500) };
}

function measure(
  base: string,
  name: string,
  program: string,
  args: readonly string[],
): { readonly figures: Figures; readonly answers: Answers } {
  const folder = join(base, name);
  mkdirSync(folder);
  const writeSeconds = run(program, [...args, 'write', folder]).told.seconds;
  const asked = Array.from({ length: ASKS }, () => run(program, [...args, 'ask', folder]));
  const [first] = asked;
  if (first?.told.answers == null) throw new Error(`${name} has no answers.`);
  return {
    figures: {
      writeSeconds: rounded(writeSeconds),
      askSeconds: median(asked.map(({ told }) => told.seconds)),
      wholeProcessSeconds: median(asked.map(({ wholeSeconds }) => wholeSeconds)),
    },
    answers: first.told.answers,
  };
}

function run(
  program: string,
  args: readonly string[],
): { readonly told: Told; readonly wholeSeconds: number } {
  const startMs = performance.now();
  const output = execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const wholeSeconds = (performance.now() - startMs) / 1000;
  return { told: JSON.parse(output.trim().split('\n').at(-1) ?? '') as Told, wholeSeconds };
}

/** Sums of doubles depend on their order, so the curve may differ in its last digits. */
function assertSame(peer: string, theirs: Answers, ours: Answers): void {
  const shown = (answers: Answers): string =>
    JSON.stringify(
      { ...answers, curveSum: answers.curveSum.toPrecision(9) },
      Object.keys(ours).sort(),
    );
  if (shown(theirs) !== shown(ours)) {
    throw new Error(`${peer} answers ${shown(theirs)}, Tidemark ${shown(ours)}.`);
  }
}

function median(values: readonly number[]): number {
  return rounded([...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN);
}

function rounded(seconds: number): number {
  return Number(seconds.toPrecision(3));
}

main();
