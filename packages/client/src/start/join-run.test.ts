import { MemoryStore } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { startRun } from '../index.ts';

const QUIET = { environment: false } as const;

describe('a joined run', () => {
  it('accepts the writes of several workers, and is not ended by them', async () => {
    const store = new MemoryStore();
    const owner = await store.createRun({
      experimentId: '0' as never,
      name: 'owner',
      userId: 'ada',
      startTimeMs: 1,
      tags: {},
    });
    const joined = { ...QUIET, store, runId: owner.runId, join: true };
    await Promise.all(
      [0, 1, 2].map((worker) => startRun(joined, (run) => run.logMetric(`loss_${worker}`, 1))),
    );
    const fails = startRun(joined, () => Promise.reject(new Error('a worker fails')));
    await expect(fails).rejects.toThrow('a worker fails');
    await startRun(joined, (run) => run.endAtOnce('KILLED', new Error('x')));
    const [run] = await store.runs({});
    expect(run).toMatchObject({ status: 'RUNNING', tags: {}, artifacts: [] });
    expect(Object.keys(run?.metrics ?? {}).sort()).toEqual(['loss_0', 'loss_1', 'loss_2']);
  });

  it('keeps its status when a process joins it after its end', async () => {
    const store = new MemoryStore();
    const { runId } = await startRun({ ...QUIET, store }, (run) => run);
    await startRun({ ...QUIET, store, runId, join: true }, (run) => run.setTag('late', '1'));
    expect((await store.runs({}))[0]).toMatchObject({ status: 'FINISHED', tags: { late: '1' } });
  });

  it('lists the tables that several processes log at the same time', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store }, async (owner) => {
      const joined = { ...QUIET, store, runId: owner.runId, join: true };
      const handles = [owner];
      for (const _ of [0, 1, 2]) handles.push(await startRun({ ...joined, nested: true }));
      const paths = handles.map((_, index) => `part_${index}.json`);
      await Promise.all(handles.map((run, at) => run.logTable([{ at }], paths[at] as string)));
      const [run] = await store.runs({});
      const listed = JSON.parse(run?.tags['mlflow.loggedArtifacts'] ?? '[]') as { path: string }[];
      expect(listed.map(({ path }) => path).sort()).toEqual(paths);
      for (const handle of handles.slice(1)) await handle.end();
    });
  });

  it('cannot be written by a handle that has left it', async () => {
    const store = new MemoryStore();
    const { runId } = await startRun({ ...QUIET, store }, (run) => run);
    const left = await startRun({ ...QUIET, store, runId, join: true }, (run) => run);
    await expect(left.logMetric('a', 1)).rejects.toThrow(/left.*join: true/);
  });

  it('needs the id of the run', async () => {
    await expect(startRun({ join: true })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

it('a nested run belongs to the store and experiment of its parent', async () => {
  const store = new MemoryStore();
  await startRun({ ...QUIET, store, experiment: 'penguins' }, (parent) =>
    startRun({ ...QUIET, nested: true }, (child) => {
      expect(child.store).toBe(store);
      expect(child.experimentId).toBe(parent.experimentId);
    }),
  );
  expect(await store.runs({})).toHaveLength(2);
});
