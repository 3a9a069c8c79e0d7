import { loggedModelPoints, type Store, searchLoggedModels } from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The contract of every store for logged models. */
export function describeLoggedModels(opened: OpenedStore): void {
  describe('logged models', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    it('are returned with their files once they are ready', async () => {
      const run = await opened.newRun();
      const model = await store.createLoggedModel({
        experimentId: run.experimentId,
        name: 'classifier',
        creationTimeMs: 5,
        modelType: 'tfjs',
        sourceRunId: run.runId,
        params: { units: '8' },
      });
      expect(model.modelId).toMatch(/^m-/);
      expect(model.status).toBe('PENDING');
      const owner = {
        kind: 'model',
        experimentId: run.experimentId,
        modelId: model.modelId,
      } as const;
      const file = await store.artifacts.write(owner, 'MLmodel', new Uint8Array(4));
      await store.append([
        { kind: 'artifact', owner: { model: model.modelId }, file },
        { kind: 'model-updated', model: model.modelId, timeMs: 6, status: 'READY' },
        { kind: 'model-tags', model: model.modelId, timeMs: 7, tags: { kind: 'mlp' } },
        { kind: 'model-output', run: run.runId, model: model.modelId, step: 3 },
      ]);
      for (const reader of await opened.readers()) {
        const [found] = await reader.loggedModels({ modelIds: [model.modelId] });
        expect(found).toMatchObject({
          status: 'READY',
          sourceRunId: run.runId,
          params: { units: '8' },
          tags: { kind: 'mlp' },
          artifacts: store.capabilities.artifactDigests ? [file] : [],
        });
        const of = await opened.readRun(reader, run.runId);
        expect(of?.modelOutputs).toEqual([{ modelId: model.modelId, step: 3 }]);
      }
    });

    it('have every point that names them, even from an unrelated run', async () => {
      const run = await opened.newRun();
      const { modelId } = await store.createLoggedModel({
        experimentId: run.experimentId,
        name: 'best',
        creationTimeMs: 5,
      });
      const elsewhere = await store.createExperiment({ name: 'evaluation', creationTimeMs: 6 });
      const { runId } = await store.createRun({
        experimentId: elsewhere.experimentId,
        name: 'judge',
        userId: 'ada',
        startTimeMs: 7,
      });
      const about = { kind: 'metrics', run: runId, model: modelId } as const;
      await store.append([
        { ...about, timeMs: 8, step: 0, metrics: { acc: 0.5 } },
        { ...about, timeMs: 9, step: 1, metrics: { acc: 0.75 } },
      ]);
      for (const reader of await opened.readers()) {
        const points = await loggedModelPoints(reader, { modelIds: [modelId] });
        expect(points.get(modelId)).toMatchObject([
          { key: 'acc', value: 0.5, timestampMs: 8, step: 0, runId },
          { key: 'acc', value: 0.75, timestampMs: 9, step: 1, runId },
        ]);
        const { models } = await searchLoggedModels(reader, {
          experimentIds: [run.experimentId],
          filter: 'metrics.acc < 0.6',
        });
        expect(models.map((model) => model.modelId)).toEqual([modelId]);
      }
    });
  });
}
