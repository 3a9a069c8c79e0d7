import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { collectBytes, MemoryStore } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { activeRun, endRun, lastRun, openStore, startRun } from '../index.ts';

const QUIET = { environment: false } as const;

describe('startRun with a body', () => {
  it('ends the run FINISHED and returns the result of the body', async () => {
    const store = new MemoryStore();
    const result = await startRun(
      { ...QUIET, store, experiment: 'penguins', name: 'a' },
      async (run) => {
        expect(activeRun()).toBe(run);
        await run.logParams({ lr: 0.1, layers: [8, 3], shuffle: false });
        await run.logMetrics({ loss: 0.5 }, { step: 1 });
        return 42;
      },
    );
    expect(result).toBe(42);
    expect(activeRun()).toBeUndefined();
    const [run] = await store.runs({});
    expect(run).toMatchObject({
      name: 'a',
      status: 'FINISHED',
      params: { lr: '0.1', layers: '[8,3]', shuffle: 'false' },
    });
    expect(run?.endTimeMs).toBeGreaterThanOrEqual(run?.startTimeMs as number);
  });

  it('ends the run FAILED and throws the error', async () => {
    const store = new MemoryStore();
    const body = (): never => {
      throw new RangeError('diverged');
    };
    await expect(startRun({ ...QUIET, store }, body)).rejects.toThrow(RangeError);
    const [run] = await store.runs({});
    expect(run?.status).toBe('FAILED');
    const owner = { kind: 'run', ...(run as NonNullable<typeof run>) } as const;
    const text = new TextDecoder().decode(
      await collectBytes(store.artifacts.read(owner, 'error.txt')),
    );
    expect(text).toMatch(/RangeError: diverged\n +at /);
  });

  it('throws the error of the body even when the run cannot be ended', async () => {
    const store = new MemoryStore();
    const body = async (): Promise<never> => {
      await store.close();
      throw new RangeError('diverged');
    };
    await expect(startRun({ ...QUIET, store }, body)).rejects.toThrow(RangeError);
  });

  it('keeps parallel runs apart', async () => {
    const store = new MemoryStore();
    const train = (name: string) =>
      startRun({ ...QUIET, store, name }, async () => {
        for (let step = 0; step < 5; step += 1) {
          await setTimeout(1);
          await activeRun()?.logMetric('mine', name === 'a' ? 1 : 2, { step });
        }
      });
    await Promise.all([train('a'), train('b')]);
    for (const run of await store.runs({})) {
      const history = await store.metricHistory(run.runId, 'mine');
      expect(history).toHaveLength(5);
      expect(new Set(history.map(({ value }) => value))).toEqual(
        new Set([run.name === 'a' ? 1 : 2]),
      );
    }
  });
});

describe('startRun without a body', () => {
  it('leaves the run active until it ends', async () => {
    const run = await startRun({ ...QUIET, store: new MemoryStore() });
    expect(activeRun()).toBe(run);
    expect(lastRun()).toBe(run);
    await run.end();
    expect(activeRun()).toBeUndefined();
    expect(lastRun()).toBe(run);
  });

  it('refuses a second active run, unless it is nested', async () => {
    const store = new MemoryStore();
    const parent = await startRun({ ...QUIET, store });
    await expect(startRun({ ...QUIET, store })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const child = await startRun({ ...QUIET, store, nested: true });
    expect(activeRun()).toBe(child);
    await child.end();
    expect(activeRun()).toBe(parent);
    await parent.end();
    const [stored] = await store.runs({ runIds: [child.runId] });
    expect(stored?.tags['mlflow.parentRunId']).toBe(parent.runId);
  });

  it('refuses to write after the end, and resumes by id', async () => {
    const store = new MemoryStore();
    const run = await startRun({ ...QUIET, store });
    await run.logParam('lr', 0.1);
    await run.end('KILLED');
    await expect(run.logMetric('a', 1)).rejects.toMatchObject({ code: 'RUN_ENDED' });
    const resumed = await startRun({ ...QUIET, store, runId: run.runId });
    expect((await store.runs({}))[0]).toMatchObject({ status: 'RUNNING' });
    await expect(resumed.logParam('lr', 0.2)).rejects.toMatchObject({ code: 'PARAM_CONFLICT' });
    await resumed.end();
    expect(await store.runs({})).toMatchObject([{ runId: run.runId, status: 'FINISHED' }]);
  });
});

describe('startRun, with a body or without', () => {
  it('needs no other argument than the body', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    process.env.TIDEMARK_TRACKING_URI = folder;
    onTestFinished(() => {
      delete process.env.TIDEMARK_TRACKING_URI;
    });
    expect(await startRun((run) => run.name)).toBe((await store.runs({}))[0]?.name);
  });

  it('creates a nested run in the experiment of its parent', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store, experiment: 'sweep' }, () =>
      startRun({ ...QUIET, store, nested: true }, () => {}),
    );
    const [inner, outer] = await store.runs({});
    expect(inner?.experimentId).toBe(outer?.experimentId);
  });

  it('records the parent of a nested run in the same store, but not in another', async () => {
    const [store, other] = [new MemoryStore(), new MemoryStore()];
    await startRun({ ...QUIET, store }, async (parent) => {
      const near = await startRun({ ...QUIET, store, nested: true }, (run) => run.runId);
      const far = await startRun({ ...QUIET, store: other, nested: true }, (run) => run.runId);
      const [[child], [apart]] = await Promise.all([
        store.runs({ runIds: [near] }),
        other.runs({ runIds: [far] }),
      ]);
      expect(child?.tags['mlflow.parentRunId']).toBe(parent.runId);
      expect(apart?.tags).not.toHaveProperty('mlflow.parentRunId');
    });
  });

  it("takes the name of the run from MLflow's tag, and refuses two different names", async () => {
    const store = new MemoryStore();
    const tags = { 'mlflow.runName': 'mine' };
    const run = await startRun({ ...QUIET, store, tags }, (active) => active);
    expect(run.name).toBe('mine');
    await expect(startRun({ store, tags, name: 'other' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('refuses one of two runs that start at the same time without a body', async () => {
    const store = new MemoryStore();
    const both = await Promise.allSettled([
      startRun({ ...QUIET, store }),
      startRun({ ...QUIET, store }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await endRun();
  });
});
