import * as tf from '@tensorflow/tfjs';
import type { Table } from 'apache-arrow';

// This file is an ordinary TF.js training. It contains nothing of Tidemark.

const FEATURES = ['beak_length_mm', 'beak_depth_mm', 'flipper_length_mm', 'body_mass_g'] as const;
const EPOCHS = 40;

/** Scaled features and one-hot species, always shuffled in the same way. */
export interface TrainingData {
  readonly features: tf.Tensor2D;
  readonly labels: tf.Tensor2D;
  readonly species: readonly string[];
}

/** Scales each measurement to mean 0 and deviation 1, and encodes the species. */
export function prepare(table: Table): TrainingData {
  const names = Array.from(table.getChild('species') ?? [], String);
  const species = [...new Set(names)].sort();
  const columns = FEATURES.map((name) =>
    standardised(Array.from(table.getChild(name) ?? [], Number)),
  );
  const order = shuffled(table.numRows);
  return {
    features: tf.tensor2d(order.map((row) => columns.map((column) => column[row] as number))),
    labels: tf.tensor2d(
      order.map((row) => species.map((candidate) => (candidate === names[row] ? 1 : 0))),
    ),
    species,
  };
}

/** A small classifier. Its initial weights are seeded, so that two trainings on one table agree. */
export function buildClassifier(speciesCount: number): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        inputShape: [FEATURES.length],
        units: 16,
        activation: 'relu',
        kernelInitializer: tf.initializers.heNormal({ seed: 7 }),
      }),
      tf.layers.dense({
        units: speciesCount,
        activation: 'softmax',
        kernelInitializer: tf.initializers.glorotNormal({ seed: 11 }),
      }),
    ],
  });
  model.compile({
    optimizer: tf.train.adam(0.02),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

/** Trains; a fifth of the rows is held out for validation. `onEpoch` is called at the end of every epoch. */
export async function train(
  model: tf.LayersModel,
  data: TrainingData,
  onEpoch: (epoch: number, epochs: number, accuracy: number) => void,
): Promise<void> {
  await model.fit(data.features, data.labels, {
    epochs: EPOCHS,
    batchSize: 32,
    shuffle: false,
    validationSplit: 0.2,
    verbose: 0,
    callbacks: {
      onEpochEnd: (epoch, logs) => onEpoch(epoch + 1, EPOCHS, Number(logs?.val_acc)),
    },
  });
}

/** The model's probabilities of each species for each row. */
export async function predictions(
  model: tf.LayersModel,
  data: TrainingData,
): Promise<Float32Array> {
  const output = model.predict(data.features) as tf.Tensor;
  const values = (await output.data()) as Float32Array;
  output.dispose();
  return values;
}

/** Whether two arrays have the same bits, not only numbers that are close. */
export function sameBits(a: Float32Array, b: Float32Array): boolean {
  const bytes = (values: Float32Array): Buffer =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return bytes(a).equals(bytes(b));
}

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance));
}

/** 0 … count-1 in a fixed pseudo-random order (Fisher–Yates with a small generator). */
function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  let state = 42;
  for (let last = count - 1; last > 0; last -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = state % (last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
