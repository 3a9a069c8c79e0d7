import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openFileStore } from '../src/file/file-store.ts';
import { writeChain } from '../src/testing/large-registry.ts';
import { measure, type Note } from './figures.ts';
import { newRun } from './small-run.ts';

const PROCESSES = 8;
const FOR_MS = 4000;

/**
 * Measures a commit when eight processes commit to one registered model as fast as they can, with chains of
 * several lengths to begin with; and what a round of logging costs when they log to one run.
 */
export function benchRaces(): Promise<void> {
  return measure('race', 1, async (folder, note) => {
    for (const before of [0, 500, 2000]) {
      const store = join(folder, String(before));
      await newStore(store);
      if (before > 0) writeChain(store, 'raced', before);
      noteRace(`to a chain of ${before}`, await race(store, 'registry'), note);
    }
    const store = join(folder, 'run');
    noteRace('to one run', await race(store, 'run', await newStore(store)), note);
  });
}

interface Raced {
  readonly commits: number;
  readonly attempts: number;
  readonly cpuMs: number;
  readonly waits: readonly number[];
}

function noteRace(where: string, raced: readonly Raced[], note: Note): void {
  const sum = (of: (one: Raced) => number): number => raced.reduce((all, one) => all + of(one), 0);
  const commits = sum(({ commits }) => commits);
  note(`commits of eight ${where}`, commits);
  note(`processor time a commit ${where}, ms`, sum(({ cpuMs }) => cpuMs) / commits);
  if (where !== 'to one run')
    note(`attempts a commit ${where}`, sum((one) => one.attempts) / commits);
  const each = raced.map(({ commits }) => commits).sort((a, b) => a - b);
  note(
    `fewest / most commits of a process ${where}`,
    (each[0] as number) / (each.at(-1) as number),
  );
  const waits = raced.flatMap((one) => one.waits).sort((a, b) => a - b);
  note(`median wait for a commit ${where}, ms`, waits[waits.length >> 1] as number);
  note(`99th percentile of it ${where}, ms`, waits[Math.floor(waits.length * 0.99)] as number);
  note(`longest wait ${where}, ms`, waits.at(-1) as number);
}

/** Starts the processes, lets them begin together, and gives what each of them reached. */
async function race(folder: string, what: 'registry' | 'run', run = ''): Promise<Raced[]> {
  const script = fileURLToPath(new URL('race-commits.ts', import.meta.url));
  const args = ['--conditions=@tidemark/source', '--import', 'tsx', script];
  const racers = Array.from({ length: PROCESSES }, () => {
    const child = spawn(process.execPath, [...args, folder, what, String(FOR_MS), run], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
  });
  await Promise.all(racers.map(({ lines }) => lines.next()));
  for (const { child } of racers) child.stdin.write('begin\n');
  return Promise.all(
    racers.map(async ({ child, lines }) => {
      const ended = once(child, 'close');
      const { value } = await lines.next();
      await ended;
      return JSON.parse(value as string) as Raced;
    }),
  );
}

async function newStore(folder: string): Promise<string> {
  const store = openFileStore(folder);
  const { runId } = await newRun(store, 0);
  await store.close();
  return runId;
}
