import {
  type CountRunsOptions,
  countRuns,
  type Run,
  type RunId,
  type Store,
  searchRuns,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The contract of every store for runs, params and tags. */
export function describeRuns(opened: OpenedStore): void {
  describe('runs', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    it('are returned as created, RUNNING', async () => {
      const run = await opened.newRun();
      expect(run).toMatchObject({
        name: 'first',
        status: 'RUNNING',
        lifecycleStage: 'active',
        startTimeMs: 1000,
        userId: 'ada',
      });
      expect(run.tags).toMatchObject({ 'mlflow.user': 'ada', 'mlflow.runName': 'first' });
      for (const reader of await opened.readers()) {
        expect(await opened.readRun(reader, run.runId)).toEqual(run);
      }
    });

    it('are left out if their ids do not exist', async () => {
      expect(await store.runs({ runIds: ['0'.repeat(32) as RunId] })).toEqual([]);
    });

    it('are selected by experiment, the latest start first', async () => {
      const { experimentId } = await store.createExperiment({ name: 'x', creationTimeMs: 1 });
      const draft = { experimentId, userId: '', name: 'r' };
      const early = await store.createRun({ ...draft, startTimeMs: 1 });
      const late = await store.createRun({ ...draft, startTimeMs: 2 });
      await opened.newRun();
      for (const reader of await opened.readers()) {
        const found = await reader.runs({ experimentIds: [experimentId] });
        expect(found.map(({ runId }) => runId)).toEqual([late.runId, early.runId]);
      }
    });

    it('are counted by a filter, in their experiments and in a view', async () => {
      const { experimentId } = await store.createExperiment({ name: 'counted', creationTimeMs: 1 });
      const draft = { experimentId, userId: '', name: 'r', startTimeMs: 1 };
      for (const size of ['1', '2', '2']) {
        const { runId } = await store.createRun(draft);
        await store.append([{ kind: 'params', run: runId, params: { size } }]);
      }
      const deleted = await store.createRun(draft);
      await store.append([{ kind: 'run-updated', run: deleted.runId, stage: 'deleted' }]);
      await opened.newRun();
      for (const reader of await opened.readers()) {
        const count = (options: CountRunsOptions): Promise<number> =>
          countRuns(reader, { experimentIds: [experimentId], ...options });
        expect(await count({})).toBe(3);
        expect(await count({ view: 'all' })).toBe(4);
        expect(await count({ filter: "params.size = '2'" })).toBe(2);
        expect(await count({ filter: "params.size = '3'" })).toBe(0);
        expect(await count({ atMost: 2 })).toBe(2);
        expect(await countRuns(reader)).toBe((await searchRuns(reader)).runs.length);
      }
    });

    it('keep every event of one write', async () => {
      const { runId } = await opened.newRun();
      const dataset = {
        dataset: { name: 'd', digest: '1', sourceType: 'local', source: '{}', schema: '{}' },
        tags: { 'mlflow.data.context': 'training' },
      };
      await store.append([
        { kind: 'params', run: runId, params: { lr: '0.1', empty: '' } },
        { kind: 'tags', run: runId, tags: { note: 'ünïcödé 🌊\nline', gone: 'x' } },
        { kind: 'tags', run: runId, tags: { gone: null } },
        { kind: 'metrics', run: runId, timeMs: 7, step: 1, metrics: { loss: 0.5, acc: 1 } },
        { kind: 'dataset', run: runId, input: dataset },
        { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 2000 },
      ]);
      for (const reader of await opened.readers()) {
        const run = (await opened.readRun(reader, runId)) as Run;
        expect(run.params).toEqual({ lr: '0.1', empty: '' });
        expect(run.tags.note).toBe('ünïcödé 🌊\nline');
        expect(run.tags).not.toHaveProperty('gone');
        expect(run.metrics.loss).toMatchObject({ value: 0.5, step: 1, timestampMs: 7 });
        expect(run.datasets).toEqual([dataset]);
        expect(run).toMatchObject({ status: 'FINISHED', endTimeMs: 2000 });
      }
    });

    it('keep the address of a dataset, and not its credentials', async () => {
      const { runId } = await opened.newRun();
      // MLflow keeps one source for all runs that name a dataset and its digest: not one of another test.
      const dataset = { name: 'dataset-behind-a-password', digest: '1', sourceType: 'http' };
      const source = '{"url": "https://ada:hunter2@host/d.csv?part=1&sig=abc%3D"}';
      await store.append([
        { kind: 'dataset', run: runId, input: { dataset: { ...dataset, source }, tags: {} } },
      ]);
      for (const reader of await opened.readers()) {
        const run = (await opened.readRun(reader, runId)) as Run;
        expect(run.datasets.map((input) => input.dataset)).toEqual([
          { ...dataset, source: '{"url": "https://***@host/d.csv?part=1&sig=***"}' },
        ]);
      }
    });

    it('refuse an event that could not be read back, and write nothing', async () => {
      const { runId } = await opened.newRun();
      const good = { kind: 'tags', run: runId, tags: { a: '1' } } as const;
      for (const bad of [
        { kind: 'metrics', run: runId, timeMs: 1, step: 0.5, metrics: { a: 1 } },
        { kind: 'metrics', run: runId, timeMs: 1, step: 1, metrics: { a: '1' } },
        { kind: 'run-updated', run: runId, status: 'DONE' },
        { kind: 'params', run: runId, params: { a: undefined } },
        { kind: 'hologram', run: runId },
      ]) {
        await expect(store.append([good, bad as never])).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
      }
      await expect(
        store.createRun({ experimentId: '0' as never, name: '', userId: '', startTimeMs: 1.5 }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      for (const reader of await opened.readers()) {
        expect((await opened.readRun(reader, runId))?.tags).not.toHaveProperty('a');
      }
    });

    it('are resumed by the status RUNNING', async () => {
      const { runId } = await opened.newRun();
      await store.append([
        { kind: 'run-updated', run: runId, status: 'FAILED', endTimeMs: 2000 },
        { kind: 'run-updated', run: runId, status: 'RUNNING' },
      ]);
      for (const reader of await opened.readers()) {
        const run = (await opened.readRun(reader, runId)) as Run;
        expect(run.status).toBe('RUNNING');
        expect(run).not.toHaveProperty('endTimeMs');
      }
    });
  });
}
