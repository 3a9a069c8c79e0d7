import * as tf from '@tensorflow/tfjs';
import {
  activeRun,
  lastRun,
  openModel,
  openStore,
  recordDatasetRead,
  startRun,
} from '@tidemark/client';
import { collectBytes } from '@tidemark/core';
import { loadTfjsModel } from '@tidemark/models/tfjs';
import { temporaryFolder } from '@tidemark/test-kit';
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Autolog, autolog } from './autolog.ts';
import type { AutologOptions, AutologStage } from './options.ts';
import { history, onlyRun, recordedRuns } from './testing/recorded-runs.ts';
import {
  fitTiny,
  functionalModel,
  tinyDataset,
  tinyModel,
  weightBits,
  X,
} from './testing/tiny-training.ts';

tf.enableProdMode();

let folder: string;
let switchedOn: Autolog[];
let errors: [stage: AutologStage, error: unknown][];

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  folder = temporaryFolder();
  switchedOn = [];
  errors = [];
});
afterEach(() => {
  for (const it of switchedOn) it.dispose();
});

function autologHere(options: AutologOptions = {}): Autolog {
  const on = autolog(tf, {
    store: folder,
    onError: (error, stage) => errors.push([stage, error]),
    ...options,
  });
  switchedOn.push(on);
  return on;
}

describe('a training under autolog', () => {
  it('is recorded without another line of code', async () => {
    autologHere({ runName: 'first', experiment: 'tiny', extraTags: { team: 'north' } });
    const model = tinyModel();
    const trained = await fitTiny(model, { validationSplit: 0.25 });

    const run = await onlyRun(folder);
    expect(errors).toEqual([]);
    expect(run).toMatchObject({
      name: 'first',
      status: 'FINISHED',
      params: {
        batch_size: '4',
        epochs: '3',
        initial_epoch: '0',
        shuffle: 'false',
        validation_split: '0.25',
        optimizer_name: 'Adam',
        optimizer_learning_rate: '0.05',
        optimizer_beta_1: '0.9',
        loss: 'binaryCrossentropy',
        metrics: '["accuracy"]',
      },
      tags: { 'mlflow.autologging': 'tfjs', team: 'north' },
    });
    for (const key of ['loss', 'acc', 'val_loss', 'val_acc']) {
      const values = trained.history[key] as number[];
      expect(await history(folder, run, key)).toEqual(values.map((value, epoch) => [epoch, value]));
    }
    expect(Object.keys(run.metrics).sort()).toEqual(['acc', 'loss', 'val_acc', 'val_loss']);
    expect(lastRun()?.runId).toBe(run.runId);

    const store = await openStore(folder);
    const summary = await collectBytes(
      store.artifacts.read({ kind: 'run', ...run }, 'model_summary.txt'),
    );
    expect(new TextDecoder().decode(summary)).toMatch(/dense_Dense\d+[\s\S]*Total params: 13/);
  });

  it('logs a model that predicts the same as the trained one', async () => {
    autologHere({ registeredModelName: 'tiny' });
    const model = tinyModel();
    await fitTiny(model);
    const run = await onlyRun(folder);
    expect(run.modelOutputs).toMatchObject([{ step: 2 }]);

    const files = await openModel('models:/tiny/1', { store: folder });
    expect(files.modelId).toBe(run.modelOutputs[0]?.modelId);
    expect(new TextDecoder().decode(await files.read('MLmodel'))).toContain(
      '"tensor-spec": {"dtype": "float32", "shape": [-1, 2]}',
    );
    const loaded = (await loadTfjsModel(files, { tf })) as tf.LayersModel;
    const rows = tf.tensor2d(X.map((row) => [...row]));
    const [expected, answer] = [model, loaded].map((it) => it.predict(rows) as tf.Tensor);
    expect(answer?.dataSync()).toEqual(expected?.dataSync());
  });

  it('has the same weights and history, bit for bit, as without autolog, and leaks no tensor', async () => {
    const train = async (): Promise<[number[][], unknown, number]> => {
      const model = tinyModel();
      const before = tf.memory().numTensors;
      const trained = await fitTiny(model, { validationSplit: 0.25 });
      const kept = tf.memory().numTensors - before;
      return [weightBits(model), trained.history, kept];
    };
    const without = await train();
    autologHere({ everyNBatches: 1 });
    expect(await train()).toEqual(without);
    expect(errors).toEqual([]);
  });

  it('does not use Math.random, with which TF.js shuffles', async () => {
    autologHere({ runName: 'shuffled' });
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    onTestFinished(() => random.mockRestore());
    await fitTiny(tinyModel(), { epochs: 1, shuffle: false });
    expect(random).not.toHaveBeenCalled();
  });

  it('of a functional model is recorded as one run', async () => {
    autologHere();
    const model = functionalModel();
    const trained = await fitTiny(model);
    const run = await onlyRun(folder);
    expect(run.params).toMatchObject({ optimizer_name: 'SGD', loss: 'meanSquaredError' });
    expect(await history(folder, run, 'loss')).toHaveLength(trained.epoch.length);
    expect(run.modelOutputs).toHaveLength(1);
  });

  it('of a model that contains a model is recorded as one run', async () => {
    autologHere();
    const inner = tinyModel();
    const outer = tf.sequential({ layers: [inner, tf.layers.dense({ units: 1 })] });
    outer.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await fitTiny(outer);
    const run = await onlyRun(folder);
    expect(run.modelOutputs).toHaveLength(1);
    expect(await history(folder, run, 'loss')).toHaveLength(3);
  });

  it('with fitDataset is recorded with the size of its batches', async () => {
    autologHere();
    const trained = await tinyModel().fitDataset(tinyDataset(), { epochs: 2, verbose: 0 });
    const run = await onlyRun(folder);
    expect(run.params).toMatchObject({ epochs: '2', batch_size: '4' });
    expect(await history(folder, run, 'loss')).toEqual(
      trained.history.loss?.map((value, epoch) => [epoch, value]),
    );
    expect(errors).toEqual([]);
  });

  it('is recorded every few batches on request, with the number of batches as the step', async () => {
    autologHere({ everyNBatches: 2, logModels: false });
    await fitTiny(tinyModel());
    const run = await onlyRun(folder);
    const steps = (await history(folder, run, 'batch_loss')).map(([step]) => step);
    expect(steps).toEqual([2, 4, 6, 8]);
    expect(run.metrics).toHaveProperty('batch_acc');
    expect(run.metrics).not.toHaveProperty('batch_size');
    expect(run.modelOutputs).toEqual([]);
  });

  it('that stops early records the epoch in which it stopped', async () => {
    autologHere();
    const stopping = tf.callbacks.earlyStopping({ monitor: 'loss', patience: 1, minDelta: 100 });
    await fitTiny(tinyModel(), { epochs: 9, callbacks: stopping });
    const run = await onlyRun(folder);
    expect(run.params).toMatchObject({ monitor: 'loss', patience: '1', min_delta: '100' });
    expect(run.metrics.stopped_epoch?.value).toBe(1);
  });

  it('that does not stop early records no such epoch', async () => {
    autologHere();
    const stopping = tf.callbacks.earlyStopping({ monitor: 'loss', patience: 50 });
    await fitTiny(tinyModel(), { callbacks: [stopping] });
    expect((await onlyRun(folder)).metrics).not.toHaveProperty('stopped_epoch');
  });

  it('records a metric function without a name under the key metric', async () => {
    autologHere();
    const model = tinyModel();
    const metrics = [(_: tf.Tensor, predicted: tf.Tensor) => predicted.mean()];
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics });
    await fitTiny(model);
    expect(Object.keys((await onlyRun(folder)).metrics).sort()).toEqual(['loss', 'metric']);
    expect(errors).toEqual([]);
  });
});

describe('the metrics', () => {
  it('keep their names in every script, and get distinct keys for names that are not allowed', async () => {
    autologHere();
    const metrics = ['误差', '偏差', 'a*', 'a+', '../up'].map((name) => {
      const metric = (truth: tf.Tensor, predicted: tf.Tensor) => tf.mean(tf.sub(truth, predicted));
      return Object.defineProperty(metric, 'name', { value: name });
    });
    const model = tinyModel();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics });
    await fitTiny(model);
    const keys = Object.keys((await onlyRun(folder)).metrics).sort();
    expect(keys).toEqual(['_/up', 'a_', 'a__2', 'loss', '偏差', '误差']);
    expect(errors).toEqual([]);
  });
});

describe('the run', () => {
  it('is the active run of the user, which the training does not end', async () => {
    autologHere();
    await startRun({ store: folder, environment: false }, async (run) => {
      await fitTiny(tinyModel());
      expect(run.ended).toBe(false);
      await run.logMetric('test_loss', 0.5);
    });
    const run = await onlyRun(folder);
    expect(Object.keys(run.metrics).sort()).toEqual(['acc', 'loss', 'test_loss']);
    expect(run.tags).not.toHaveProperty('mlflow.autologging');
    expect(run.modelOutputs).toHaveLength(1);
  });

  it('is active only during the training', async () => {
    autologHere();
    const seen: unknown[] = [];
    await fitTiny(tinyModel(), {
      epochs: 1,
      callbacks: { onEpochEnd: async () => void seen.push(activeRun()?.runId) },
    });
    expect(seen).toEqual([(await onlyRun(folder)).runId]);
    expect(activeRun()).toBeUndefined();
  });

  it('is a separate one for each of two parallel trainings', async () => {
    autologHere();
    await Promise.all([fitTiny(tinyModel()), fitTiny(functionalModel(), { epochs: 2 })]);
    const runs = await recordedRuns(folder);
    expect(runs.map((run) => run.params.epochs).sort()).toEqual(['2', '3']);
    for (const run of runs) {
      expect(await history(folder, run, 'loss')).toHaveLength(Number(run.params.epochs));
      expect(run).toMatchObject({ status: 'FINISHED' });
      expect(run.tags).not.toHaveProperty('mlflow.parentRunId');
    }
    expect(errors).toEqual([]);
  });

  it('of a training inside another is a child of the run of the outer one', async () => {
    autologHere();
    const onEpochEnd = async (): Promise<void> => {
      await fitTiny(functionalModel(), { epochs: 1 });
    };
    await fitTiny(tinyModel(), { epochs: 1, callbacks: { onEpochEnd } });
    const [outer, inner] = await recordedRuns(folder);
    expect(inner?.tags).toMatchObject({ 'mlflow.parentRunId': outer?.runId });
    expect(outer?.params.optimizer_name).toBe('Adam');
    expect(inner?.params.optimizer_name).toBe('SGD');
  });

  it('is FAILED when the training fails, and the user gets the error of the training', async () => {
    autologHere();
    const mine = new Error('no more data');
    let calls = 0;
    const onEpochEnd = async (): Promise<void> => {
      calls += 1;
      throw mine;
    };
    await expect(fitTiny(tinyModel(), { callbacks: { onEpochEnd } })).rejects.toBe(mine);
    expect(calls).toBe(1);
    const run = await onlyRun(folder);
    expect(run.status).toBe('FAILED');
    expect(run.modelOutputs).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('the dataset of a training', () => {
  const table = {
    dataset: { name: 'penguins', digest: 'd1', sourceType: 'delta_table', source: '{}' },
    tags: {},
  };

  it('is derived from the tensors when no dataset was read', async () => {
    autologHere();
    const xs = tf.tensor2d([[1, 2]]);
    await fitTiny(tinyModel(), { validationData: [xs, tf.tensor2d([[1]])] });
    await fitTiny(tinyModel());
    const [first, second] = await recordedRuns(folder);
    const [train, validation] = first?.datasets ?? [];
    expect(train).toMatchObject({
      dataset: { name: 'dataset', sourceType: 'code' },
      tags: { 'mlflow.data.context': 'train' },
    });
    expect(JSON.parse(train?.dataset.profile ?? '')).toMatchObject({ features_shape: [12, 2] });
    expect(validation?.tags).toEqual({ 'mlflow.data.context': 'eval' });
    expect(validation?.dataset.digest).not.toBe(train?.dataset.digest);
    expect(second?.datasets).toEqual([train]);
  });

  it('is left out on request', async () => {
    autologHere({ logDatasets: false });
    await fitTiny(tinyModel());
    expect((await onlyRun(folder)).datasets).toEqual([]);
  });

  // The last test, because the dataset stays pending for every later run of the process.
  it('is the dataset that was read before, for every training of a sweep', async () => {
    autologHere();
    await recordDatasetRead(table);
    await fitTiny(tinyModel());
    await fitTiny(tinyModel());
    const runs = await recordedRuns(folder);
    expect(runs.map(({ datasets }) => datasets)).toEqual([[table], [table]]);
  });
});
