import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { openFileStore } from '../file/file-store.ts';
import { collectGarbage } from '../file/gc/collect-garbage.ts';
import { planGarbage } from '../file/gc/plan-garbage.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { Actor } from '../model/registered-model.ts';
import { purge } from '../tracking/purge.ts';
import type { PurgeTarget } from '../tracking/purge-plan.ts';
import { wholeState } from './store-state.ts';

/** The user who purges and cleans up in tests of the clean-up. */
export const BY: Actor = { name: 'ada', authenticated: false };
/** The value of the tag `leaked` of every run of `storeOf`. */
export const SECRET = 'hunter2';

/** A store with the logs of the given number of processes, each with one run. */
export async function storeOf(processes: number): Promise<{ folder: string; runs: RunId[] }> {
  const folder = join(temporaryFolder(), 'store');
  const runs: RunId[] = [];
  for (let index = 0; index < processes; index += 1) {
    const store = openFileStore(folder);
    const { runId } = await store.createRun({
      experimentId: '0' as ExperimentId,
      name: `run ${index}`,
      userId: 'ada',
      startTimeMs: index,
      tags: { leaked: SECRET },
    });
    const owner = { kind: 'run', experimentId: '0' as ExperimentId, runId } as const;
    const file = await store.artifacts.write(owner, 'notes/a.txt', Buffer.from(`notes ${index}`));
    await store.append([
      { kind: 'params', run: runId, params: { index: String(index) } },
      { kind: 'metrics', run: runId, timeMs: 1, step: 0, metrics: { loss: index, acc: 1 } },
      { kind: 'metric-series', run: runId, timeMs: 2, key: 'loss', steps: [1, 2], values: [3, 4] },
      { kind: 'artifact', owner: { run: runId }, file },
      { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 9 },
    ]);
    await store.close();
    runs.push(runId);
  }
  return { folder, runs };
}

/** Everything that a new reader sees of the store in a folder. */
export async function stateOf(folder: string): Promise<unknown> {
  const store = openFileStore(folder);
  const state = await wholeState(store);
  await store.close();
  return state;
}

/** Plans a clean-up of a store, and runs it. */
export async function collect(folder: string, options = {}): Promise<void> {
  await collectGarbage(await planGarbage(folder, options), { by: BY });
}

/** Purges things of the store in a folder. */
export async function purgeIn(folder: string, ...targets: PurgeTarget[]): Promise<void> {
  const store = openFileStore(folder);
  for (const target of targets) await purge(store, target, { by: BY });
  await store.close();
}
