import {
  collectBytes,
  copyStore,
  createModelVersion,
  createRegisteredModel,
  type ExperimentId,
  loggedModelPoints,
  MemoryStore,
  type Run,
  type Store,
  searchRuns,
  setAlias,
  transitionStage,
} from '@tidemark/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MlflowServer, startMlflowServer } from '../testing/mlflow-server.ts';
import { openRestStore } from './rest-store.ts';

const python = process.env.TIDEMARK_PEER_PYTHON;
const ADA = { name: 'ada', authenticated: false };

async function fill(store: Store, experiment: string): Promise<Run> {
  const { experimentId } = await store.createExperiment({ name: experiment, creationTimeMs: 1 });
  const draft = { experimentId, name: 'first', userId: 'ada', startTimeMs: 10 };
  const { runId } = await store.createRun({ ...draft, tags: { note: 'ünï' } });
  const owner = { kind: 'run', experimentId, runId } as const;
  const file = await store.artifacts.write(owner, 'model/w.bin', new Uint8Array(2000));
  const steps = Array.from({ length: 1500 }, (_, at) => at);
  const values = steps.map((step) => 1 / (step + 1));
  await store.append([
    { kind: 'artifact', owner: { run: runId }, file },
    { kind: 'params', run: runId, params: { lr: '0.1' } },
    { kind: 'metric-series', run: runId, timeMs: 20, key: 'loss', steps, values },
    { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 99 },
  ]);
  const [run] = await store.runs({ runIds: [runId] });
  return run as Run;
}

describe.skipIf(python === undefined)(
  "between Tidemark and MLflow's own server (needs TIDEMARK_PEER_PYTHON, a Python with mlflow)",
  // MLflow's server is slow, especially on a busy machine.
  () => {
    let server: MlflowServer;

    beforeAll(async () => {
      server = await startMlflowServer(python as string);
    });

    afterAll(() => server?.stop());

    it('copies a server into a store, with its ids, numbers and stages', async () => {
      const remote = openRestStore({ uri: server.uri });
      const run = await fill(remote, 'imported');
      const source = `mlflow-artifacts:/${run.experimentId}/${run.runId}/artifacts/model`;
      await createRegisteredModel(remote, { name: 'p', by: ADA });
      for (let version = 1; version <= 3; version += 1) {
        await createModelVersion(remote, { name: 'p', source, runId: run.runId, by: ADA });
      }
      await transitionStage(remote, { name: 'p', version: 3, stage: 'Production', by: ADA });
      await setAlias(remote, { name: 'p', alias: 'champion', version: 2, by: ADA });
      const local = new MemoryStore();
      const report = await copyStore(remote, local);
      expect(report.problems).toEqual([]);
      const [copied] = await local.runs({ runIds: [run.runId] });
      expect(copied).toMatchObject({ params: { lr: '0.1' }, status: 'FINISHED', endTimeMs: 99 });
      expect(copied?.artifacts).toMatchObject([{ path: 'model/w.bin', sizeBytes: 2000 }]);
      expect(await local.metricHistory(run.runId, 'loss')).toEqual(
        await remote.metricHistory(run.runId, 'loss'),
      );
      const versions = (await local.registry.read('p'))?.model.versions ?? [];
      expect(versions.map(({ version, stage, aliases }) => [version, stage, aliases])).toEqual([
        [1, 'None', []],
        [2, 'None', ['champion']],
        [3, 'Production', []],
      ]);
      expect(versions[0]?.source).toBe(`runs:/${run.runId}/model`);
      expect(versions[0]?.artifactsDigest).toMatch(/^sha256:/);
      const again = await copyStore(remote, local);
      expect(again.copied).toMatchObject({ metricPoints: 0, artifacts: 0, modelVersions: 0 });
    });

    it('copies the points of a logged model with that model', async () => {
      const remote = openRestStore({ uri: server.uri });
      const run = await fill(remote, 'measured');
      const { experimentId, runId } = run;
      const model = { experimentId, name: 'best', creationTimeMs: 5 };
      const { modelId } = await remote.createLoggedModel(model);
      const judge = { experimentId, name: 'judge', userId: '', startTimeMs: 7 };
      const { runId: other } = await remote.createRun(judge);
      const about = { kind: 'metrics', model: modelId, step: 0 } as const;
      await remote.append([
        { ...about, run: runId, timeMs: 20, metrics: { loss: 1 } },
        { ...about, run: other, timeMs: 8, metrics: { acc: 0.5, odd: Number.NaN } },
      ]);
      const local = new MemoryStore();
      const select = { experiments: ['measured'] };
      expect((await copyStore(remote, local, { select })).problems).toEqual([]);
      const points = await loggedModelPoints(local);
      // MLflow's server stores a NaN of a logged model as 0, but a run's NaN unchanged.
      const there = await loggedModelPoints(remote, { modelIds: [modelId] });
      expect(there.get(modelId)).toEqual(
        points.get(modelId)?.map((point) => (point.key === 'odd' ? { ...point, value: 0 } : point)),
      );
      expect(points.get(modelId)?.map((point) => [point.key, point.value, point.runId])).toEqual([
        ['acc', 0.5, other],
        ['loss', 1, runId],
        ['odd', Number.NaN, other],
      ]);
      expect(await local.metricHistory(runId, 'loss')).toHaveLength(1500);
      const again = await copyStore(remote, local, { select });
      expect(again.copied.metricPoints).toBe(0);
    });

    it('copies a store to a server, once', async () => {
      const local = new MemoryStore();
      const run = await fill(local, 'exported');
      const nested = await local.createRun({
        experimentId: run.experimentId,
        name: 'nested',
        userId: '',
        startTimeMs: 5,
        tags: { 'mlflow.parentRunId': run.runId, of: `runs:/${run.runId}/model` },
      });
      await local.append([
        { kind: 'run-updated', run: nested.runId, status: 'FINISHED', endTimeMs: 9 },
      ]);
      const remote = openRestStore({ uri: server.uri });
      const select = { experiments: ['exported'] };
      const report = await copyStore(local, remote, { select });
      expect(report.problems).toEqual([]);
      const again = await copyStore(local, remote, { select });
      expect(again.copied).toMatchObject({ runs: 0, metricPoints: 0, artifacts: 0 });
      const there = (await remote.runs({})).filter(
        ({ tags }) => tags['tidemark.copied-from'] === run.runId,
      );
      expect(there).toHaveLength(1);
      const { runId, experimentId } = there[0] as Run;
      const copies = await remote.runs({ experimentIds: [experimentId] });
      const child = copies.find(({ name }) => name === 'nested');
      expect(child?.tags).toMatchObject({
        'mlflow.parentRunId': runId,
        of: `runs:/${runId}/model`,
        'tidemark.copied-from': nested.runId,
      });
      expect(await remote.metricHistory(runId, 'loss')).toHaveLength(1500);
      const owner = { kind: 'run', runId, experimentId } as const;
      const bytes = await collectBytes(remote.artifacts.read(owner, 'model/w.bin'));
      expect(bytes).toHaveLength(2000);
    });

    it('finds the same runs as our own store, page by page', async () => {
      const local = new MemoryStore();
      const { experimentId } = await local.createExperiment({ name: 'found', creationTimeMs: 1 });
      for (const [at, m] of [3, 1, 2, Number.NaN, 5, 4].entries()) {
        const draft = { experimentId, name: `r${at}`, userId: '', startTimeMs: at };
        const { runId } = await local.createRun(draft);
        await local.append([
          { kind: 'metrics', run: runId, timeMs: 1, step: 0, metrics: { m } },
          { kind: 'params', run: runId, params: { p: at % 2 === 0 ? 'even' : 'Odd' } },
        ]);
      }
      const remote = openRestStore({ uri: server.uri });
      await copyStore(local, remote, { select: { experiments: ['found'] } });
      const all = await remote.experiments();
      const there = all.find(({ name }) => name === 'found')?.experimentId as ExperimentId;
      for (const filter of [
        'metrics.m > 1',
        "params.p LIKE 'o%'",
        "params.p = 'even' OR metrics.m < 2",
      ]) {
        for (const orderBy of ['metrics.m DESC', 'params.p', 'start_time']) {
          const names = async (store: Store, experiment: ExperimentId) => {
            const found: string[] = [];
            let pageToken: string | undefined;
            do {
              const page = await searchRuns(store, {
                experimentIds: [experiment],
                filter,
                orderBy,
                maxResults: 2,
                ...(pageToken === undefined ? {} : { pageToken }),
              });
              found.push(...page.runs.map(({ name }) => name));
              pageToken = page.nextPageToken;
            } while (pageToken !== undefined);
            return found;
          };
          expect(await names(remote, there)).toEqual(await names(local, experimentId));
        }
      }
    });
  },
);
