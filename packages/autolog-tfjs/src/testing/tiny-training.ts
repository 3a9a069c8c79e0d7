import * as tf from '@tensorflow/tfjs';

/** Twelve rows of two features. */
export const X: readonly (readonly number[])[] = Array.from({ length: 12 }, (_, i) => [
  Math.sin(i),
  Math.cos(i * i),
]);
/** The class of each row: 0 or 1. */
const Y: readonly number[] = X.map(([a = 0, b = 0]) => (a > b ? 1 : 0));

/** A fresh model that starts with the same weights every time. */
export function tinyModel(): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 5 });
  const model = tf.sequential({
    name: 'tiny',
    layers: [
      tf.layers.dense({ units: 3, activation: 'tanh', inputShape: [2], kernelInitializer }),
      tf.layers.dense({ units: 1, activation: 'sigmoid', kernelInitializer }),
    ],
  });
  model.compile({
    optimizer: tf.train.adam(0.05),
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** The same layers as a functional model, which is not a Sequential. */
export function functionalModel(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 5 });
  const input = tf.input({ shape: [2] });
  const output = tf.layers
    .dense({ units: 1, activation: 'sigmoid', kernelInitializer })
    .apply(input);
  const model = tf.model({ inputs: input, outputs: output as tf.SymbolicTensor });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
}

/** Trains on `X` and `Y` in their order, quietly. */
export async function fitTiny(
  model: tf.LayersModel,
  args: tf.ModelFitArgs = {},
): Promise<tf.History> {
  const xs = tf.tensor2d(X.map((row) => [...row]));
  const ys = tf.tensor2d(Y.map((it) => [it]));
  try {
    return await model.fit(xs, ys, {
      epochs: 3,
      batchSize: 4,
      shuffle: false,
      verbose: 0,
      ...args,
    });
  } finally {
    tf.dispose([xs, ys]);
  }
}

/** The same data in batches of four. */
export function tinyDataset(): tf.data.Dataset<tf.TensorContainer> {
  const rows = X.map((row, i) => ({ xs: [...row], ys: [Y[i] as number] }));
  return tf.data.array(rows).batch(4);
}

/** The bits of a model's weights. */
export function weightBits(model: tf.LayersModel): number[][] {
  return model
    .getWeights()
    .map((weight) => Array.from(new Uint32Array(weight.dataSync().slice().buffer)));
}
