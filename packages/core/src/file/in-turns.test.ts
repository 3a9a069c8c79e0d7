import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../events/store-event.ts';
import { DEFAULT_EXPERIMENT_ID, newRunId } from '../model/ids.ts';
import { openFileStore } from './file-store.ts';
import { refreshIndex } from './refresh-index.ts';

const RUNS = 4000;

/** A store without an index, with two megabytes of logs. */
async function storeOfRuns(): Promise<string> {
  const folder = join(temporaryFolder(), 'store');
  const store = openFileStore(folder);
  const events = Array.from({ length: RUNS }, (_, index): StoreEvent[] => {
    const run = newRunId();
    const name = `run ${index}`;
    const metrics = { loss: 1 / (index + 1), acc: index };
    return [
      { kind: 'run-created', run, experiment: DEFAULT_EXPERIMENT_ID, name, user: '', timeMs: 1 },
      { kind: 'metrics', run, timeMs: 1, step: index, metrics },
      { kind: 'run-updated', run, status: 'FINISHED', endTimeMs: 2 },
    ];
  });
  await store.append(events.flat());
  await store.close();
  return folder;
}

/** The turns that the event loop has for other work until a promise settles. */
async function turnsDuring<Answer>(work: Promise<Answer>): Promise<[Answer, turns: number]> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  work.then(end, end);
  let turns = 0;
  while (!isOver) {
    await setImmediate();
    turns += 1;
  }
  return [await work, turns];
}

describe('long work of a store in a folder', () => {
  it('lets other work run while it reads logs for the first time', async () => {
    const store = openFileStore(await storeOfRuns(), { index: 'off' });
    const [runs, turns] = await turnsDuring(store.runs({}));
    expect(runs).toHaveLength(RUNS);
    expect(turns).toBeGreaterThan(3);
    await store.close();
  });

  it('gives every caller everything, also those who ask while it reads', async () => {
    const store = openFileStore(await storeOfRuns(), { index: 'off' });
    const first = store.runs({});
    await setImmediate();
    const draft = { experimentId: DEFAULT_EXPERIMENT_ID, name: 'r', userId: '', startTimeMs: 1 };
    const { runId } = await store.createRun(draft);
    const [created] = await store.runs({ runIds: [runId] });
    expect(created?.runId).toBe(runId);
    expect((await first).length).toBeGreaterThanOrEqual(RUNS);
    expect(await store.runs({})).toHaveLength(RUNS + 1);
    await store.close();
  });

  it('lets other work run while it makes an index and parts of points', async () => {
    const folder = await storeOfRuns();
    const [isMade, turns] = await turnsDuring(refreshIndex(folder));
    expect(isMade).toBe(true);
    expect(turns).toBeGreaterThan(6);
  });
});
