import { describe, expect, it } from 'vitest';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { deleteExperiment, restoreExperiment } from './delete-experiment.ts';
import { deleteLoggedModel, restoreLoggedModel } from './delete-logged-model.ts';
import { deleteRun, restoreRun } from './delete-run.ts';
import { ensureExperiment, getExperiment } from './find-experiment.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './get-run.ts';
import { renameExperiment } from './rename-experiment.ts';
import { logRunInputs, logRunOutputs } from './run-inputs.ts';
import { deleteRunTag, setRunTags } from './set-run-tags.ts';
import { deleteExperimentTag, setExperimentTags } from './update-experiment.ts';
import {
  deleteLoggedModelTag,
  finalizeLoggedModel,
  logLoggedModelParams,
  setLoggedModelTags,
} from './update-logged-model.ts';
import { renameRun, updateRun } from './update-run.ts';

async function newRun(store: Store, experimentId = '0' as ExperimentId): Promise<Run> {
  return store.createRun({ experimentId, name: 'first', userId: '', startTimeMs: 1 });
}

const NOBODY = 'f'.repeat(32) as RunId;

describe('a run', () => {
  it('can be deleted and restored several times', async () => {
    const store = new MemoryStore();
    const { runId } = await newRun(store);
    for (const stage of ['deleted', 'deleted', 'active', 'active', 'deleted'] as const) {
      await (stage === 'deleted' ? deleteRun : restoreRun)(store, runId);
      expect((await getRun(store, runId)).lifecycleStage).toBe(stage);
    }
    await expect(setRunTags(store, runId, { a: '1' })).rejects.toMatchObject({
      code: 'RUN_DELETED',
    });
    await expect(renameRun(store, runId, 'x')).rejects.toMatchObject({ code: 'RUN_DELETED' });
    await expect(logRunInputs(store, runId, {})).rejects.toMatchObject({ code: 'RUN_DELETED' });
    await expect(deleteRun(store, NOBODY)).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it('gets a status, an end time and a name, together or one by one', async () => {
    const store = new MemoryStore();
    const { runId } = await newRun(store);
    const killed = await updateRun(store, runId, {
      status: 'KILLED',
      endTimeMs: 9,
      name: 'second',
    });
    expect(killed).toMatchObject({ status: 'KILLED', endTimeMs: 9, name: 'second' });
    expect(await updateRun(store, runId, { endTimeMs: 10 })).toMatchObject({
      status: 'KILLED',
      endTimeMs: 10,
    });
    expect(await updateRun(store, runId, { status: 'FAILED' })).toMatchObject({
      status: 'FAILED',
      endTimeMs: 10,
    });
    const going = await updateRun(store, runId, { status: 'RUNNING' });
    expect(going).not.toHaveProperty('endTimeMs');
    const ended = await updateRun(store, runId, { status: 'FINISHED' });
    expect(ended.endTimeMs).toBeGreaterThan(10);
    for (const bad of [{ name: ' ' }, { endTimeMs: 1.5 }, { endTimeMs: -1 }]) {
      await expect(updateRun(store, runId, bad)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });

  it('gains and loses tags, inputs and outputs', async () => {
    const store = new MemoryStore();
    const { runId } = await newRun(store);
    const { modelId } = await newModel(store);
    await setRunTags(store, runId, { a: '1', b: '2' });
    await deleteRunTag(store, runId, 'a');
    await deleteRunTag(store, runId, 'never');
    const dataset = { name: 'd', digest: '1', sourceType: 'local', source: '{}' };
    await logRunInputs(store, runId, { datasets: [{ dataset, tags: {} }], models: [modelId] });
    await logRunOutputs(store, runId, [{ modelId, step: 3 }]);
    const run = await getRun(store, runId);
    expect(run.tags).toMatchObject({ b: '2' });
    expect(run.tags).not.toHaveProperty('a');
    expect(run).toMatchObject({
      datasets: [{ dataset }],
      modelInputs: [modelId],
      modelOutputs: [{ modelId, step: 3 }],
    });
    await expect(logRunOutputs(store, runId, [{ modelId, step: 0.5 }])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });
});

describe('an experiment', () => {
  it('is renamed, unless the name is taken', async () => {
    const store = new MemoryStore();
    const { experimentId } = await ensureExperiment(store, 'a');
    const other = await ensureExperiment(store, 'b');
    await renameExperiment(store, experimentId, 'c');
    await renameExperiment(store, experimentId, 'c');
    expect((await getExperiment(store, experimentId)).name).toBe('c');
    await deleteExperiment(store, other.experimentId);
    await expect(renameExperiment(store, experimentId, 'b')).rejects.toMatchObject({
      code: 'EXPERIMENT_EXISTS',
    });
    await expect(renameExperiment(store, other.experimentId, 'd')).rejects.toMatchObject({
      code: 'EXPERIMENT_DELETED',
    });
    await expect(renameExperiment(store, experimentId, '')).rejects.toMatchObject({
      code: 'INVALID_KEY',
    });
  });

  it('gains and loses tags', async () => {
    const store = new MemoryStore();
    const { experimentId } = await ensureExperiment(store, 'a');
    await setExperimentTags(store, experimentId, { team: 'x', other: 'y' });
    await deleteExperimentTag(store, experimentId, 'other');
    await deleteExperimentTag(store, experimentId, 'never');
    expect((await getExperiment(store, experimentId)).tags).toEqual({ team: 'x' });
    await setExperimentTags(store, experimentId, { long: 'x'.repeat(20_000) });
    await expect(
      setExperimentTags(store, experimentId, { long: 'x'.repeat(20_001) }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is deleted and restored', async () => {
    const store = new MemoryStore();
    const { experimentId } = await ensureExperiment(store, 'a');
    await deleteExperiment(store, experimentId);
    await deleteExperiment(store, experimentId);
    expect((await getExperiment(store, experimentId)).lifecycleStage).toBe('deleted');
    await expect(setExperimentTags(store, experimentId, {})).rejects.toMatchObject({
      code: 'EXPERIMENT_DELETED',
    });
    await restoreExperiment(store, experimentId);
    expect((await getExperiment(store, experimentId)).lifecycleStage).toBe('active');
  });
});

describe('a logged model', () => {
  it('is finalized, and gains tags and params', async () => {
    const store = new MemoryStore();
    const { modelId } = await newModel(store);
    expect(await finalizeLoggedModel(store, modelId, 'READY')).toMatchObject({ status: 'READY' });
    await expect(finalizeLoggedModel(store, modelId, 'PENDING' as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await setLoggedModelTags(store, modelId, { a: '1', b: '2' });
    await deleteLoggedModelTag(store, modelId, 'a');
    await logLoggedModelParams(store, modelId, { units: 8, depth: 2 });
    await expect(logLoggedModelParams(store, modelId, { depth: 3 })).rejects.toMatchObject({
      code: 'PARAM_CONFLICT',
    });
    expect(await getLoggedModel(store, modelId)).toMatchObject({
      tags: { b: '2' },
      params: { units: '8', depth: '2' },
    });
  });

  it('is deleted and restored', async () => {
    const store = new MemoryStore();
    const { modelId } = await newModel(store);
    await deleteLoggedModel(store, modelId);
    await expect(finalizeLoggedModel(store, modelId, 'READY')).rejects.toMatchObject({
      code: 'LOGGED_MODEL_DELETED',
    });
    await restoreLoggedModel(store, modelId);
    expect((await getLoggedModel(store, modelId)).lifecycleStage).toBe('active');
    await expect(deleteLoggedModel(store, 'm-none' as never)).rejects.toMatchObject({
      code: 'LOGGED_MODEL_NOT_FOUND',
    });
  });
});

function newModel(store: Store) {
  return store.createLoggedModel({
    experimentId: '0' as ExperimentId,
    name: 'm',
    creationTimeMs: 1,
    params: { units: '8' },
  });
}
