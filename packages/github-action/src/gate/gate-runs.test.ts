import { registerModel, startRun } from '@tidemark/client';
import {
  createModelVersion,
  deleteExperiment,
  deleteRun,
  ensureRegisteredModel,
  MemoryStore,
  newRunId,
  planMetrics,
  purge,
  type RunId,
  registerVersion,
  restoreExperiment,
  type Store,
} from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { ACCURACY, BY, blocking, judge, registerByHand } from '../testing/judge-penguins.ts';
import { registerPenguins } from '../testing/register-penguins.ts';

describe('the run behind a version', () => {
  it('can end after the registration', async () => {
    const store = new MemoryStore();
    await startRun({ store, environment: false }, async (run) => {
      await run.logMetrics({ accuracy: 0.95 });
      const file = { path: 'weights.bin', content: new Uint8Array([1]) };
      const model = await run.logModel({ name: 'classifier', files: () => [file] });
      await registerVersion(store, { name: 'penguins', model, by: BY });
    });
    expect(blocking(await judge(store))).toEqual([]);
  });

  it('must not get metrics after the registration, because the gate judges what was approved', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store, { metrics: { accuracy: 0.5 } });
    expect.assert(runId !== undefined);
    await store.append([planMetrics(runId, { accuracy: 0.99 }, { step: 41 })]);
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('integrity.run: run')]);
  });

  it('must not be the run of another model', async () => {
    const store = new MemoryStore();
    const good = await registerPenguins(store, { metrics: { accuracy: 0.99 } });
    await registerPenguins(store, { metrics: { accuracy: 0.1 } });
    expect.assert(good.runId !== undefined && good.runState !== undefined);
    await registerByHand(store, { runId: good.runId, runState: good.runState });
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('belongs to another run than the one that the version names'),
    ]);
  });

  it('must be the run whose files were registered', async () => {
    const { store, bad, good } = await badAndGoodRun();
    await registerFilesOf(store, bad);
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('metrics.accuracy.threshold'),
    ]);
    const runState = await store.runStateDigest(good);
    await registerByHand(store, { runId: good, runState });
    expect(blocking(await judge(store))).toEqual([
      `integrity.artifacts: the files belong to run ${bad}, but the version names run ${good}`,
    ]);
    await registerFilesOf(store, good);
    expect(blocking(await judge(store))).toEqual([]);
  });

  async function badAndGoodRun() {
    const store = new MemoryStore();
    const trained = (accuracy: number) =>
      startRun({ store, environment: false }, async (run) => {
        await run.logMetrics({ accuracy });
        await run.logText('weights', 'model/weights.bin');
        return run.runId;
      });
    return { store, bad: await trained(0.5), good: await trained(0.99) };
  }

  async function registerFilesOf(store: Store, runId: RunId): Promise<void> {
    await ensureRegisteredModel(store, { name: 'penguins', by: BY });
    const source = `runs:/${runId}/model`;
    await createModelVersion(store, { name: 'penguins', source, runId, by: BY });
  }

  it('must be in the store', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await registerByHand(store, { runId: newRunId() });
    expect(blocking(await judge(store)).join('\n')).toMatch(/integrity.run: the store has no run/);
  });

  it('must have its current digest in the registry', async () => {
    const store = new MemoryStore();
    const { runState } = await registerPenguins(store);
    expect.assert(runState !== undefined);
    await registerByHand(store, { runState: { ...runState, sha256: '0'.repeat(64) } });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('was altered')]);
  });

  it('is reported with what was purged of it, and by whom', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store);
    expect.assert(runId !== undefined);
    const by = { name: 'grace', authenticated: false };
    await purge(store, { run: runId, part: 'tag', key: 'mlflow.runName' }, { by });
    expect(blocking(await judge(store)).join('\n')).toContain(
      'was altered: someone purged tag "mlflow.runName" by grace',
    );
  });

  it('must not be deleted, nor its experiment', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store);
    expect.assert(runId !== undefined);
    const [run] = await store.runs({ runIds: [runId] });
    expect.assert(run !== undefined);
    await deleteExperiment(store, run.experimentId);
    expect(blocking(await judge(store))).toEqual([`integrity.run: run ${runId} is deleted`]);
    await restoreExperiment(store, run.experimentId);
    expect(blocking(await judge(store))).toEqual([]);
    await deleteRun(store, runId);
    expect(blocking(await judge(store))).toEqual([`integrity.run: run ${runId} is deleted`]);
  });

  it('must not be purged, even if no rule reads the run', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store);
    expect.assert(runId !== undefined);
    await store.append([{ kind: 'purged', timeMs: 1, by: BY, run: runId }]);
    for (const asked of [ACCURACY, 'tags: {forbid: [{key: quarantined}]}']) {
      const [first] = blocking(await judge(store, asked));
      expect(first).toBe(`integrity.run: the store has no run ${runId}`);
    }
  });

  it('must not have a param with two values', async () => {
    const store = new MemoryStore();
    const model = await startRun({ store, environment: false }, async (run) => {
      await run.logMetrics({ accuracy: 0.95 });
      for (const lr of ['0.1', '0.2']) {
        await store.append([{ kind: 'params', run: run.runId, params: { lr } }]);
      }
      const file = { path: 'weights.bin', content: new Uint8Array([1]) };
      return await run.logModel({ name: 'classifier', files: () => [file] });
    });
    await registerModel({ store, name: 'penguins', model });
    expect(blocking(await judge(store))).toEqual(['integrity.params: "lr" is "0.1" and "0.2"']);
  });
});
