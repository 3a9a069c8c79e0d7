import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it, onTestFinished, vi } from 'vitest';
import { experimentIdFromName, type RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { deleteExperiment, restoreExperiment } from '../tracking/delete-experiment.ts';
import { deleteRun, restoreRun } from '../tracking/delete-run.ts';
import { examineStore } from './doctor/examine-store.ts';
import { openFileStore } from './file-store.ts';
import { refreshIndex } from './refresh-index.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
const EXPERIMENT = experimentIdFromName('penguins');
const RUN = 'a'.repeat(32) as RunId;
const OTHER = 'b'.repeat(32) as RunId;
const owner = { kind: 'run', runId: RUN, experimentId: EXPERIMENT } as const;

async function writeNote(store: Store, text: string): Promise<void> {
  const file = await store.artifacts.write(owner, 'note.txt', new TextEncoder().encode(text));
  await store.append([{ kind: 'artifact', owner: { run: RUN }, file }]);
}

/** Calls `act` with a store whose machine has its clock a year ahead. */
async function aYearAhead(folder: string, act: (store: Store) => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + YEAR_MS });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const store = openFileStore(folder);
  await act(store);
  await store.close();
  vi.useRealTimers();
}

/** Returns a store with a run that a clock far ahead tagged, ended and deleted, with its experiment. */
async function deletedByWrongClock(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  await store.createExperiment({ name: 'penguins', creationTimeMs: 0 });
  for (const runId of [RUN, OTHER]) {
    const draft = { runId, experimentId: EXPERIMENT, name: 'r', userId: 'ada', startTimeMs: 0 };
    await store.createRun(draft);
  }
  await store.close();
  await aYearAhead(folder, async (ahead) => {
    await ahead.append([
      { kind: 'tags', run: RUN, tags: { by: 'a wrong clock' } },
      { kind: 'run-updated', run: RUN, status: 'FINISHED', endTimeMs: 1 },
    ]);
    await writeNote(ahead, 'wrong');
    await deleteRun(ahead, RUN);
    await deleteExperiment(ahead, EXPERIMENT);
  });
  return folder;
}

/** Corrects, with the right clock, what the wrong clock did. */
async function correct(folder: string): Promise<void> {
  const store = openFileStore(folder);
  await restoreExperiment(store, EXPERIMENT);
  await restoreRun(store, RUN);
  // Two calls, because each has to win over the one before.
  for (const by of ['first', 'second']) {
    await store.append([{ kind: 'tags', run: RUN, tags: { by } }]);
  }
  await store.append([{ kind: 'run-updated', run: RUN, status: 'FAILED', endTimeMs: 2 }]);
  await writeNote(store, 'right');
  await store.append([{ kind: 'tags', run: OTHER, tags: { by: 'second' } }]);
  await store.close();
}

async function assertCorrected(folder: string): Promise<void> {
  const store = openFileStore(folder);
  const [experiment] = (await store.experiments()).filter(({ name }) => name === 'penguins');
  expect(experiment?.lifecycleStage).toBe('active');
  const [run] = await store.runs({ runIds: [RUN] });
  expect(run).toMatchObject({
    lifecycleStage: 'active',
    status: 'FAILED',
    tags: { by: 'second' },
    artifacts: [{ path: 'note.txt', sizeBytes: 5 }],
  });
  expect(run?.artifacts[0]?.sha256).toMatch(/^27042f4e/);
  await store.close();
}

function stampsOf(folder: string, run: RunId): number[] {
  const logs = join(folder, 'logs');
  if (!existsSync(logs)) return [];
  return readdirSync(logs)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
    .filter((line) => line.includes(`"run":"${run}"`))
    .map((line) => (JSON.parse(line) as { at: number }).at);
}

it.each(['without an index', 'with an index'])(
  'a change takes effect over an earlier one whose clock was far ahead, %s',
  async (index) => {
    const folder = await deletedByWrongClock();
    if (index === 'with an index') await refreshIndex(folder);
    await correct(folder);
    await assertCorrected(folder);
    // The wrong clock does not spread to other runs.
    const tomorrowUs = (Date.now() + 24 * 3_600_000) * 1000;
    expect(Math.max(...stampsOf(folder, OTHER))).toBeLessThan(tomorrowUs);
    await examineStore(folder, { fix: true });
    expect(Math.max(...stampsOf(folder, RUN))).toBeLessThan(tomorrowUs);
    await assertCorrected(folder);
  },
);
