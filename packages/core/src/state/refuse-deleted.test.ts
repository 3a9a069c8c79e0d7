import { appendFileSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { openFileStore } from '../file/file-store.ts';
import type { RunId } from '../model/ids.ts';
import type { RunDraft, Store } from '../port/store.ts';
import { searchRuns } from '../search/search-runs.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { deleteExperiment, restoreExperiment } from '../tracking/delete-experiment.ts';
import { deleteRun, restoreRun } from '../tracking/delete-run.ts';

const file = (): Store => openFileStore(join(temporaryFolder(), 'store'));

async function runIn(store: Store): Promise<{ experimentId: string; runId: RunId }> {
  const { experimentId } = await store.createExperiment({ name: 'e', creationTimeMs: 1 });
  const draft = { experimentId, name: 'r', userId: 'ada', startTimeMs: 1 };
  return { experimentId, runId: (await store.createRun(draft)).runId };
}

const tag = (run: RunId, value: string) => ({ kind: 'tags' as const, run, tags: { late: value } });

describe.each([
  ['memory', () => new MemoryStore()],
  ['files', file],
])('in %s', (_where, open) => {
  it('a deleted run refuses writes until it is restored', async () => {
    const store = open();
    const { runId } = await runIn(store);
    await deleteRun(store, runId);
    await store.experiments();
    await expect(store.append([tag(runId, 'no')])).rejects.toMatchObject({ code: 'RUN_DELETED' });
    await restoreRun(store, runId);
    await store.experiments();
    await store.append([tag(runId, 'yes')]);
    expect((await store.runs({}))[0]?.tags.late).toBe('yes');
  });

  it('a deleted experiment hides its runs and refuses writes to them, until it is restored', async () => {
    const store = open();
    const { experimentId, runId } = await runIn(store);
    const other = await store.createRun({
      experimentId: experimentId as never,
      name: 'own',
      userId: '',
      startTimeMs: 2,
    });
    await deleteRun(store, other.runId);
    await deleteExperiment(store, experimentId as never);
    expect((await store.runs({})).map(({ lifecycleStage }) => lifecycleStage)).toEqual([
      'deleted',
      'deleted',
    ]);
    expect((await searchRuns(store)).runs).toEqual([]);
    expect((await searchRuns(store, { view: 'deleted' })).runs).toHaveLength(2);
    const refused = { code: 'EXPERIMENT_DELETED' };
    await expect(store.append([tag(runId, 'no')])).rejects.toMatchObject(refused);
    await restoreExperiment(store, experimentId as never);
    expect((await searchRuns(store)).runs.map((run) => run.runId)).toEqual([runId]);
    expect((await searchRuns(store, { view: 'deleted' })).runs[0]?.runId).toBe(other.runId);
  });
});

it('a write before the deletion was seen is hidden with the run, and visible when it is restored', async () => {
  const [folder, copy] = [join(temporaryFolder(), 'store'), join(temporaryFolder(), 'copy')];
  const one = openFileStore(folder);
  const { runId } = await runIn(one);
  cpSync(folder, copy, { recursive: true });
  await deleteRun(openFileStore(copy), runId);
  await one.append([tag(runId, 'early')]);
  // Like `git pull`, which leaves no hint for other processes.
  cpSync(join(copy, 'logs'), join(folder, 'logs'), { recursive: true, force: false });
  expect((await searchRuns(one)).runs).toEqual([]);
  await restoreRun(one, runId);
  expect((await searchRuns(one)).runs[0]?.tags.late).toBe('early');
  await expect(one.append([tag(runId, 'again')])).resolves.toBeUndefined();
});

it('a process sees that another one deleted the experiment before it creates a run', async () => {
  const folder = join(temporaryFolder(), 'store');
  const [one, other] = [openFileStore(folder), openFileStore(folder)];
  const { experimentId } = await runIn(one);
  const draft = { experimentId, name: 'r', userId: 'ada', startTimeMs: 1 } as RunDraft;
  for (let round = 0; round < 2; round += 1) {
    await deleteExperiment(other, draft.experimentId);
    await expect(one.createRun(draft)).rejects.toMatchObject({ code: 'EXPERIMENT_DELETED' });
    await restoreExperiment(other, draft.experimentId);
    await one.createRun(draft);
  }
  expect(await other.runs({})).toHaveLength(3);
});

it('a process does not read its own logs before it creates a run', async () => {
  const folder = join(temporaryFolder(), 'store');
  const damage: unknown[] = [];
  const store = openFileStore(folder, { onDamage: (place) => damage.push(place) });
  const { experimentId } = await runIn(store);
  const logs = readdirSync(join(folder, 'logs'));
  appendFileSync(join(folder, 'logs', logs[0] as string), 'what only a reader would meet\n');
  await store.createRun({ experimentId, name: 'r', userId: '', startTimeMs: 1 } as RunDraft);
  expect(damage).toEqual([]);
  await store.experiments();
  expect(damage).toHaveLength(1);
});
