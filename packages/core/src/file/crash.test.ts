import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../model/ids.ts';
import { type FileStoreOptions, openFileStore } from './file-store.ts';
import { LOG_LIMITS } from './log/log-limits.ts';
import type { StoreDamage } from './store-damage.ts';

/** How many processes run at the same time, which gives the load. */
const AT_A_TIME = 4;
/** How many processes each test kills. A change of the writer is worth 100. */
const KILLS = Number(process.env.TIDEMARK_CRASH_KILLS ?? 24);
/** A line with a point is longer. */
const POINT_BYTES = 100;

const SCRIPT = new URL('../testing/write-runs-until-killed.ts', import.meta.url);

interface Program {
  readonly script: string;
  readonly options: FileStoreOptions;
  /** The number of steps after which the runs are ended and resumed. */
  readonly endEvery: number;
  readonly latestKillMs: number;
}

/** The steps that were acknowledged to a process, and the steps that a new process reads. */
interface Outcome {
  /** For each run: the last acknowledged step, -1 for none, and the steps that the store has. */
  readonly runs: readonly { readonly acknowledged: number; readonly steps: readonly number[] }[];
  readonly damage: readonly StoreDamage[];
}

async function killOnce(base: string, program: Program): Promise<Outcome> {
  mkdirSync(base);
  const [folder, acks] = [join(base, 'store'), join(base, 'acknowledged')];
  const options = JSON.stringify(program.options);
  const args = [program.script, folder, acks, options, String(program.endEvery)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  // At a random moment.
  await setTimeout(Math.random() * program.latestKillMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  const [runIds = '', ...noted] = readFileSync(acks, 'utf8').split('\n').slice(0, -1);
  const damage: StoreDamage[] = [];
  const store = openFileStore(folder, { onDamage: (found) => damage.push(found) });
  const runs = [];
  for (const [index, runId] of (runIds.split(' ') as RunId[]).entries()) {
    const acknowledged = noted.findLast((note) => note.startsWith(`${index} `))?.split(' ')[1];
    const history = await store.metricHistory(runId, 'value');
    runs.push({ acknowledged: Number(acknowledged ?? -1), steps: history.map((p) => p.step) });
  }
  return { runs, damage };
}

async function killOften({
  options,
  endEvery,
  latestKillMs,
}: Omit<Program, 'script'>): Promise<Outcome[]> {
  const base = temporaryFolder();
  const script = await bundleScript(SCRIPT);
  const program = { script, options, endEvery, latestKillMs };
  const outcomes: Outcome[] = [];
  for (let round = 0; round < KILLS; round += AT_A_TIME) {
    const these = Array.from({ length: AT_A_TIME }, (_, at) =>
      killOnce(join(base, String(round + at)), program),
    );
    outcomes.push(...(await Promise.all(these)));
  }
  return outcomes;
}

describe('a writer that is killed', () => {
  it.each<[string, FileStoreOptions]>([
    ['', {}],
    [
      ', with logs of a few lines',
      { limits: { logBytes: 2000, sharedRunBytes: 1000, openRunLogs: 1 } },
    ],
  ])('loses nothing that was acknowledged, and leaves no damage%s', async (_, options) => {
    const outcomes = await killOften({ options, endEvery: 40, latestKillMs: 40 });
    expect(outcomes.length).toBeGreaterThanOrEqual(KILLS);
    for (const { runs, damage } of outcomes) {
      expect(damage).toEqual([]);
      for (const { acknowledged, steps } of runs) {
        expect(steps).toEqual(steps.map((_step, index) => index));
        // At most one more was written, whose acknowledgement the process could not report.
        expect(steps.length - 1 - acknowledged).toBeOneOf([0, 1]);
      }
    }
  });

  it('loses at most the lines that it can buffer, and leaves no damage', async () => {
    const options = { durability: 'buffered' } as const;
    const endEvery = Number.MAX_SAFE_INTEGER;
    for (const { runs, damage } of await killOften({
      options,
      endEvery,
      latestKillMs: 250,
    })) {
      expect(damage).toEqual([]);
      let lost = 0;
      for (const { acknowledged, steps } of runs) {
        expect(steps).toEqual(steps.map((_, index) => index));
        lost += acknowledged + 1 - steps.length;
      }
      expect(lost * POINT_BYTES).toBeLessThanOrEqual(LOG_LIMITS.bufferedBytes);
    }
  });
});
