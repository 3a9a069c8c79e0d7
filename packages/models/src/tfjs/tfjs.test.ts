import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as tf from '@tensorflow/tfjs';
import { type ModelFile, openModel, openStore, startRun } from '@tidemark/client';
import { temporaryFolder } from '@tidemark/test-kit';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadModel } from '../load-model.ts';
import { type ModelOutput, outputTensor } from '../model-io.ts';
import { loadTfjsModel } from './load-tfjs-model.ts';
import { logTfjsModel } from './log-tfjs-model.ts';
import { saveTfjsModel } from './save-tfjs-model.ts';
import { tfjsFlavor } from './tfjs-flavor.ts';
import { tfjsSignature } from './tfjs-signature.ts';

tf.enableProdMode();

let folder: string;
beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => {
  folder = temporaryFolder();
});

const rows = [
  [0.1, 0.2],
  [0.3, -0.4],
  [7, 1e-3],
];

function classifier(units = 3): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 7 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 4, activation: 'relu', inputShape: [2], kernelInitializer }),
      tf.layers.dense({ units, activation: 'softmax', kernelInitializer }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
  return model;
}

function twoInTwoOut(): tf.LayersModel {
  const age = tf.input({ shape: [1], name: 'age' });
  const words = tf.input({ shape: [3], name: 'words' });
  const both = tf.layers.concatenate().apply([age, words]) as tf.SymbolicTensor;
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 3 });
  const score = tf.layers.dense({ units: 1, name: 'score', kernelInitializer }).apply(both);
  const label = tf.layers.dense({ units: 2, name: 'label', kernelInitializer }).apply(both);
  return tf.model({ inputs: [age, words], outputs: [score, label] as tf.SymbolicTensor[] });
}

/** y = x · w, as TF.js's converter writes a graph. */
async function graph(): Promise<tf.GraphModel> {
  const type = { type: 'DT_FLOAT' };
  const dims = (...sizes: number[]): unknown => ({
    dim: sizes.map((size) => ({ size: `${size}` })),
  });
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: type, shape: { shape: dims(-1, 2) } } },
    {
      name: 'w',
      op: 'Const',
      attr: { dtype: type, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: dims(2, 1) } } },
    },
    {
      name: 'y',
      op: 'MatMul',
      input: ['x', 'w'],
      attr: { T: type, transpose_a: { b: false }, transpose_b: { b: false } },
    },
  ];
  return tf.loadGraphModel(
    tf.io.fromMemory({
      modelTopology: { node, versions: { producer: 1 } },
      format: 'graph-model',
      generatedBy: '2.15.0',
      convertedBy: 'TensorFlow.js Converter v4.22.0',
      weightSpecs: [{ name: 'w', shape: [2, 1], dtype: 'float32' }],
      weightData: Float32Array.of(0.5, -1.25).buffer,
    }),
  );
}

async function log(
  model: tf.LayersModel | tf.GraphModel,
  options: Partial<Parameters<typeof logTfjsModel>[1]> = {},
): Promise<string> {
  return startRun({ store: folder, environment: false }, async () => {
    const logged = await logTfjsModel(model, { name: 'model', ...options });
    return `models:/${logged.model.modelId}`;
  });
}

function valuesOf(output: ModelOutput, name?: string): number[] {
  return Array.from(outputTensor(output, name).data as Float32Array);
}

function predicted(model: tf.LayersModel | tf.GraphModel): number[] {
  return tf.tidy(() => Array.from((model.predict(tf.tensor2d(rows)) as tf.Tensor).dataSync()));
}

describe('a TF.js model', () => {
  it('is logged, registered and loaded with the same weights, bit for bit', async () => {
    const model = classifier();
    const logged = await startRun({ store: folder, environment: false }, () =>
      logTfjsModel(model, {
        name: 'model',
        inputExample: rows.slice(0, 1),
        registeredModelName: 'penguins',
      }),
    );
    expect(logged.version).toMatchObject({ version: 1 });
    expect(logged.model).toMatchObject({ name: 'model', modelType: 'tfjs', status: 'READY' });

    const loaded = await loadModel('models:/penguins/1', { store: folder });
    const native = loaded.native as tf.LayersModel;
    expect(native).toBeInstanceOf(tf.Sequential);
    for (const [i, weight] of model.getWeights().entries()) {
      expect(native.getWeights()[i]?.dataSync()).toEqual(weight.dataSync());
    }
    expect(valuesOf(await loaded.predict(rows))).toEqual(predicted(model));
    expect(loaded.signature).toEqual({
      inputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 2] }],
      outputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 3] }],
    });
    expect(loaded.mlmodel.flavors.tfjs).toEqual({
      data: 'model.json',
      format: 'layers-model',
      packages: { '@tensorflow/tfjs': tf.version.tfjs },
    });
    loaded.dispose();
    expect(() => native.predict(tf.tensor2d(rows))).toThrow();
  });

  it('leaks no tensor when it predicts', async () => {
    const loaded = await loadModel(await log(classifier()), { store: folder });
    await loaded.predict(rows);
    const before = tf.memory().numTensors;
    await loaded.predict(rows);
    await expect(loaded.predict([[1, 2, 3]])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('can have several named inputs and outputs', async () => {
    const model = twoInTwoOut();
    const loaded = await loadModel(await log(model), {
      store: folder,
      flavors: [tfjsFlavor({ tf, batchSize: 2 })],
    });
    expect(loaded.signature?.inputs).toEqual([
      { kind: 'tensor', name: 'age', dtype: 'float32', shape: [-1, 1] },
      { kind: 'tensor', name: 'words', dtype: 'float32', shape: [-1, 3] },
    ]);
    const output = await loaded.predict([{ age: 4, words: [1, 2, 3] }]);
    const [score, label] = model.predict([tf.tensor([[4]]), tf.tensor([[1, 2, 3]])]) as tf.Tensor[];
    expect(valuesOf(output, 'score')).toEqual(Array.from(score?.dataSync() ?? []));
    expect(valuesOf(output, 'label')).toEqual(Array.from(label?.dataSync() ?? []));
  });

  it('accepts rows of a table when its signature names the columns', async () => {
    const model = classifier();
    const uri = await log(model, {
      signature: {
        inputs: ['bill', 'wing'].map((name) => ({
          kind: 'column' as const,
          name,
          type: 'double' as const,
          required: true,
        })),
      },
    });
    const loaded = await loadModel(uri, { store: folder });
    const table = rows.map(([bill, wing]) => ({ wing, island: 'Dream', bill }));
    expect(valuesOf(await loaded.predict(table))).toEqual(predicted(model));
  });

  it('can be a graph model', async () => {
    const model = await graph();
    expect(tfjsSignature(model)).toEqual({
      inputs: [{ kind: 'tensor', dtype: 'float32', shape: [-1, 2] }],
    });
    const uri = await log(model);
    const native = (await loadTfjsModel(uri, { store: folder })) as tf.GraphModel;
    expect(predicted(native)).toEqual(predicted(model));
    const loaded = await loadModel(uri, { store: folder });
    expect(valuesOf(await loaded.predict(rows))).toEqual(predicted(model));
  });

  it('continues its training when the optimizer was saved', async () => {
    const xs = tf.tensor2d(rows);
    const ys = tf.oneHot([0, 1, 2], 3);
    const model = classifier();
    await model.fit(xs, ys, { epochs: 2, shuffle: false, verbose: 0 });
    const uri = await log(model, { includeOptimizer: true });
    const copy = (await loadTfjsModel(uri, { store: folder, tf })) as tf.LayersModel;
    const more = { epochs: 2, shuffle: false, verbose: 0 } as const;
    const [a, b] = [await model.fit(xs, ys, more), await copy.fit(xs, ys, more)];
    expect(b.history).toEqual(a.history);
  });

  it('can be loaded over HTTP with only TF.js, in shards of 4 MiB', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1100, inputShape: [1000] })],
    });
    const files = await saveTfjsModel(model);
    expect(files.map(({ path, content }) => [path, (content as Uint8Array).length])).toEqual([
      ['model.json', expect.any(Number)],
      ['group1-shard1of2.bin', 4 * 1024 * 1024],
      ['group1-shard2of2.bin', (1000 * 1100 + 1100) * 4 - 4 * 1024 * 1024],
    ]);
    const server = await serve(files);
    try {
      const { port } = server.address() as AddressInfo;
      const copy = await tf.loadLayersModel(`http://127.0.0.1:${port}/model.json`);
      expect(copy.getWeights()[0]?.dataSync()).toEqual(model.getWeights()[0]?.dataSync());
    } finally {
      server.close();
    }
  });

  it('can be logged only to an active run', async () => {
    await expect(logTfjsModel(classifier(), { name: 'model' })).rejects.toMatchObject({
      code: 'NO_ACTIVE_RUN',
    });
  });

  it('is not loaded when its bytes differ from the logged ones', async () => {
    const files = await openModel(await log(classifier()), { store: folder });
    const damaged = {
      ...files,
      read: async (path: string) => {
        const bytes = await files.read(path);
        return path === 'model.json' ? bytes.slice(1) : bytes;
      },
    };
    await expect(loadTfjsModel(damaged, { tf })).rejects.toMatchObject({ code: 'MLMODEL_INVALID' });
  });
});

describe('a model that is not of TF.js', () => {
  it('is refused with the names of its flavors', async () => {
    const store = await openStore(folder);
    const uri = await startRun({ store, environment: false }, async (run) => {
      const content = new TextEncoder().encode('flavors:\n  sklearn: {}\n');
      const { modelId } = await run.logModel({
        name: 'other',
        files: () => [{ path: 'MLmodel', content }],
      });
      return `models:/${modelId}`;
    });
    await expect(loadTfjsModel(uri, { store })).rejects.toMatchObject({
      code: 'FLAVOR_UNKNOWN',
      message: expect.stringContaining('sklearn'),
    });
  });
});

async function serve(files: readonly ModelFile[]): Promise<Server> {
  const server = createServer((request, response) => {
    const file = files.find(({ path }) => `/${path}` === request.url);
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file?.content);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
