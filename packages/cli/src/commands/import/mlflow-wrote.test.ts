import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '@tidemark/client';
import { artifactsDigest, collectBytes, type LoggedModelId, type RunId } from '@tidemark/core';
import { NO_FIXTURES, sharedFixture, temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { again, filesBelow, history, imported } from '../../testing/mlruns.ts';
import { tidemark } from '../../testing/tidemark.ts';

const BY = { name: 'ada', authenticated: false } as const;

const fixture = sharedFixture('mlflow', 'mlruns');

describe.skipIf(fixture === undefined)(
  `an MLflow file store that MLflow wrote (skipped when ${NO_FIXTURES})`,
  () => {
    const folder = fixture ?? '';
    const EXPERIMENT = '228489854996485526';
    const PARENT = '965e139f50254a1a9ef7066e0944dc12' as RunId;
    const CHILD = 'aaf2807b2d7f49998122769e7c321cd1' as RunId;
    const LOGGED = 'm-0ac3c190eee04a9e802020df2cd44eb1' as LoggedModelId;

    it('is imported without problems, and the report counts what it has', async () => {
      const { report } = await imported(folder);
      expect(report).toEqual({
        dryRun: false,
        imported: {
          experiments: 2,
          runs: 2,
          metricPoints: 8,
          artifacts: 8,
          artifactBytes: 1635,
          loggedModels: 1,
          registeredModels: 1,
          modelVersions: 1,
        },
        alreadyThere: { experiments: 1, runs: 0, loggedModels: 0, registeredModels: 0 },
        problems: [],
      });
    });

    it('keeps its experiments, and its deleted experiment stays deleted', async () => {
      const { store } = await imported(folder);
      expect(await store.experiments()).toMatchObject([
        { experimentId: '0', name: 'Default', tags: {} },
        {
          experimentId: EXPERIMENT,
          name: 'golden',
          lifecycleStage: 'active',
          creationTimeMs: 1795420281849,
          lastUpdateTimeMs: 1795420281849,
          tags: {},
        },
        {
          experimentId: '168585859307247599',
          name: 'gone',
          lifecycleStage: 'deleted',
          creationTimeMs: 1795420282609,
          lastUpdateTimeMs: 1795420282611,
          tags: { q: '1' },
        },
      ]);
    });

    it('keeps its runs, field by field', async () => {
      const { store } = await imported(folder);
      const [parent] = await store.runs({ runIds: [PARENT] });
      expect(parent).toMatchObject({
        experimentId: EXPERIMENT,
        name: 'parent',
        status: 'FINISHED',
        lifecycleStage: 'active',
        startTimeMs: 1795420281918,
        endTimeMs: 1795420282575,
        userId: 'root',
        params: { 'a/b': '1', lr: '0.1', u: 'é' },
        paramConflicts: [],
        tags: {
          'mlflow.note.content': 'note',
          'mlflow.runName': 'parent',
          'mlflow.source.name': 'golden.py',
          'mlflow.source.type': 'LOCAL',
          'mlflow.user': 'root',
          t: 'line1\nline2',
        },
        datasets: [
          {
            dataset: {
              name: 'ds',
              digest: 'f6c9fa61',
              sourceType: 'local',
              source: '{"uri": "/home/ml/data.csv"}',
              profile: '{"num_rows": 3, "num_elements": 9}',
              schema:
                '{"mlflow_colspec": [{"type": "long", "name": "a", "required": true}, {"type": "double", "name": "b", "required": false}, {"type": "string", "name": "s", "required": true}]}',
            },
            tags: { k: 'v', 'mlflow.data.context': 'training' },
          },
        ],
        modelInputs: [LOGGED],
        modelOutputs: [{ modelId: LOGGED, step: 0 }],
      });
      expect(Object.keys(parent?.tags ?? {})).toHaveLength(6);
      const [child] = await store.runs({ runIds: [CHILD] });
      expect(child).toMatchObject({
        name: 'child',
        startTimeMs: 1795420282564,
        endTimeMs: 1795420282573,
        tags: { 'mlflow.parentRunId': PARENT },
        params: {},
        artifacts: [],
      });
    });

    it('keeps the histories of its metrics, with steps, NaN and Infinity', async () => {
      const { store } = await imported(folder);
      const dataset = { datasetName: 'ds', datasetDigest: 'f6c9fa61' };
      expect(await history(store, PARENT, 'acc')).toEqual([
        { value: 0.5, timestampMs: 1700000000000, step: 0, modelId: LOGGED },
        { value: Number.NaN, timestampMs: 1700000000001, step: 1 },
      ]);
      expect(await history(store, PARENT, 'loss')).toEqual([
        { value: Infinity, timestampMs: 1700000000002, step: 2 },
      ]);
      expect(await history(store, PARENT, 'm_on_model')).toEqual([
        { value: 1, timestampMs: 1700000000009, step: 1, modelId: LOGGED },
      ]);
      expect(await history(store, PARENT, 'val/x')).toEqual([
        { value: 1, timestampMs: 1700000000003, step: 3 },
      ]);
      expect(await history(store, PARENT, 'with_ds')).toEqual([
        { value: 0.25, timestampMs: 1700000000005, step: 0, ...dataset, modelId: LOGGED },
        { value: 0.25, timestampMs: 1700000000005, step: 5, ...dataset },
      ]);
      expect(await history(store, CHILD, 'c')).toEqual([
        { value: 1, timestampMs: 1700000000010, step: 0 },
      ]);
    });

    it('keeps its artifacts byte for byte, with their digests', async () => {
      const { store } = await imported(folder);
      const [run] = await store.runs({ runIds: [PARENT] });
      const [model] = await store.loggedModels({});
      if (run === undefined || model === undefined) throw new Error('nothing was imported');
      expect(run.artifacts.map(({ path }) => path)).toEqual(['d.json', 'notes/h.txt']);
      expect(model.artifacts).toHaveLength(6);
      const { experimentId } = run;
      for (const [file, source, owner] of [
        ...run.artifacts.map(
          (file) => [file, PARENT, { kind: 'run', experimentId, runId: PARENT }] as const,
        ),
        ...model.artifacts.map(
          (file) =>
            [file, `models/${LOGGED}`, { kind: 'model', experimentId, modelId: LOGGED }] as const,
        ),
      ]) {
        const original = readFileSync(join(folder, EXPERIMENT, source, 'artifacts', file.path));
        expect(file.sizeBytes).toBe(original.length);
        expect(file.sha256).toBe(createHash('sha256').update(original).digest('hex'));
        expect(original.equals(await collectBytes(store.artifacts.read(owner, file.path)))).toBe(
          true,
        );
      }
    });

    it('keeps its logged model and its registered model, which can be opened', async () => {
      const { store } = await imported(folder);
      const [model] = await store.loggedModels({});
      expect(model).toMatchObject({
        modelId: LOGGED,
        experimentId: EXPERIMENT,
        name: 'model',
        sourceRunId: PARENT,
        status: 'READY',
        lifecycleStage: 'active',
        creationTimeMs: 1795420282050,
        lastUpdateTimeMs: 1795420282510,
        params: { 'a/b': '1', lr: '0.1', u: 'é' },
        tags: {
          'mlflow.modelVersions': '[{"name": "GoldenModel", "version": 1}]',
          'mlflow.source.name': 'golden.py',
          'mlflow.source.type': 'LOCAL',
          'mlflow.user': 'root',
        },
      });
      expect(model).not.toHaveProperty('modelType');
      const [entry] = await store.registry.list();
      expect(entry?.model).toMatchObject({
        name: 'GoldenModel',
        description: 'desc',
        creationTimeMs: 1795420282517,
        lastUpdateTimeMs: 1795420282600,
        tags: [
          { key: 'team', value: 'x', evidence: { by: BY } },
          { key: 'tidemark.import', value: 'mlruns' },
        ],
        versions: [
          {
            version: 1,
            creationTimeMs: 1795420282519,
            lastUpdateTimeMs: 1795420282600,
            createdBy: BY,
            description: '',
            source: `models:/${LOGGED}`,
            runId: PARENT,
            modelId: LOGGED,
            artifactsDigest: artifactsDigest(model?.artifacts ?? []),
            aliases: ['champion'],
            stage: 'Staging',
            status: 'READY',
            tags: [{ key: 'vk', value: 'vv' }],
          },
        ],
      });
      const state = entry?.model.versions[0]?.runState;
      expect(state).toEqual(await store.runStateDigest(PARENT, state?.through));
      const opened = await openModel('models:/GoldenModel@champion', { store });
      expect(new TextDecoder().decode(await opened.read('MLmodel'))).toContain(LOGGED);
    });

    it('imports nothing the second time, and nothing on a dry run', async () => {
      const { store } = await imported(folder);
      const everything = async () => ({
        experiments: await store.experiments(),
        runs: await store.runs({}),
        models: await store.loggedModels({}),
        registry: await store.registry.list(),
        acc: await history(store, PARENT, 'acc'),
      });
      const before = await everything();
      const report = await again(folder, store);
      expect(Object.values(report.imported).every((count) => count === 0)).toBe(true);
      expect(report.alreadyThere).toEqual({
        experiments: 3,
        runs: 2,
        loggedModels: 1,
        registeredModels: 1,
      });
      expect(report.problems).toEqual([]);
      expect(await everything()).toEqual(before);

      const elsewhere = join(temporaryFolder(), 'store');
      const dry = await tidemark('import', 'mlruns', folder, '--store', elsewhere, '--dry-run');
      expect(dry.out).toContain('2 runs, with 8 metric points');
      expect(filesBelow(elsewhere)).toEqual([]);
    });
  },
);
